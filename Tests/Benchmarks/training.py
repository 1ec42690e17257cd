"""The jobs of Search/Fits.swift by scikit-learn, liblinear and xgboost's Python package. `prepare FILE` writes the table of the linear models;
`measure FILE [FLIGHTS]` prints one line a job: name, seconds, and what it came to."""

import sys
import time
import warnings

import numpy
import pandas

warnings.simplefilter("ignore")


def prepare(path, rows=200_000, width=40):
    random = numpy.random.default_rng(7)
    x = random.normal(size=(rows, width)) @ (numpy.eye(width) + 0.3 * random.normal(size=(width, width)) / width**0.5)
    beta = random.normal(size=width) * (random.random(width) < 0.5)
    eta = x @ beta * 0.4 - 0.5
    table = pandas.DataFrame(x, columns=[f"x{i}" for i in range(width)])
    table["binary"] = (random.random(rows) < 1 / (1 + numpy.exp(-eta))).astype("int64")
    table["count"] = random.poisson(numpy.exp(numpy.clip(eta * 0.5, -5, 3))).astype("int64")
    table["number"] = eta + random.normal(size=rows)
    table.to_parquet(path)


def best(runs, work):
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        made = work()
        seconds.append(time.perf_counter() - start)
    return min(seconds), made


def linear(path):
    import sklearn
    from sklearn.linear_model import LogisticRegression, PoissonRegressor, Ridge

    table = pandas.read_parquet(path)
    x = numpy.ascontiguousarray(table[[name for name in table.columns if name.startswith("x")]].to_numpy())
    jobs = [
        ("logistic-l2", "binary", "lbfgs", lambda: LogisticRegression(C=1.0, max_iter=1000)),
        ("logistic-l2", "binary", "newton-cholesky", lambda: LogisticRegression(C=1.0, solver="newton-cholesky")),
        ("logistic-l2", "binary", "liblinear", lambda: LogisticRegression(C=1.0, solver="liblinear")),
        ("logistic-l1", "binary", "liblinear", lambda: LogisticRegression(C=0.05, penalty="l1", solver="liblinear")),
        ("poisson-l2", "count", "lbfgs", lambda: PoissonRegressor(alpha=1e-4, max_iter=1000)),
        ("poisson-l2", "count", "newton-cholesky", lambda: PoissonRegressor(alpha=1e-4, solver="newton-cholesky")),
        ("ridge", "number", "cholesky", lambda: Ridge(alpha=1.0)),
    ]
    for name, label, solver, make in jobs:
        y = table[label].to_numpy()
        seconds, made = best(3, lambda: make().fit(x, y))
        print(f"glm-{name}", seconds, "first coefficient", float(numpy.ravel(made.coef_)[0]), solver, "scikit-learn", sklearn.__version__, flush=True)


def boosting(path):
    import xgboost

    table = pandas.read_parquet(path)
    table = table[table["arr_delay"].notna()]
    names = ["month", "day", "sched_dep_time", "sched_arr_time", "dep_delay", "carrier", "origin", "dest", "air_time", "distance"]
    x = table[names].copy()
    for name in ("carrier", "origin", "dest"):
        x[name] = x[name].astype("category")
    y = table["arr_delay"].to_numpy()
    parameters = {"tree_method": "hist", "max_depth": 6, "eta": 0.1, "objective": "reg:squarederror", "nthread": 2, "seed": 0,
                  "max_cat_to_onehot": 4, "max_cat_threshold": 64}

    def whole():
        model = xgboost.train(parameters, xgboost.DMatrix(x, y, enable_categorical=True, nthread=2), 100)
        return len(model.save_raw("ubj"))

    seconds, _ = best(5, whole)
    print("boosting-whole", seconds, "xgboost", xgboost.__version__, flush=True)


if sys.argv[1] == "prepare":
    prepare(sys.argv[2])
else:
    linear(sys.argv[2])
    if len(sys.argv) > 3:
        boosting(sys.argv[3])
