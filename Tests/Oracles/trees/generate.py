#!/usr/bin/env python3
"""Models of xgboost's Python package for every task, from a table that is written beside them. Writes values.json: for each run the SHA-256 of the model as
UBJ, which has every split, leaf and category of every tree, and how many trees there are."""
import hashlib
import json
import pathlib

import numpy
import pandas
import xgboost

here = pathlib.Path(__file__).parent
rows = 600
random = numpy.random.default_rng(11)
x = numpy.round(random.normal(size=rows), 6)
z = numpy.where(random.random(rows) < 0.1, numpy.nan, numpy.round(random.random(rows) * 100, 3))
whole = random.integers(0, 20, rows)
flag = random.random(rows) < 0.4
text = random.choice(["ash", "birch", "cedar", "elm", "fir", "oak"], rows)
effect = {"ash": 0.8, "birch": -0.4, "cedar": 0.1, "elm": -1, "fir": 0.3, "oak": 0.9}
eta = x + 0.02 * numpy.nan_to_num(z) - 0.05 * whole + 0.7 * flag + numpy.array([effect[name] for name in text])
noise = random.normal(size=rows)
table = {
    "x": x.tolist(), "z": [None if numpy.isnan(value) else value for value in z.tolist()], "whole": whole.tolist(), "flag": flag.tolist(), "text": text.tolist(),
    "binary": (eta + noise > 0.5).astype(int).tolist(), "multiclass": numpy.digitize(eta + noise, [-0.5, 0.5, 1.5]).tolist(),
    "regression": numpy.round(eta + noise, 6).tolist(), "count": random.poisson(numpy.exp(numpy.clip(eta, -3, 2))).tolist(),
    "weight": numpy.round(random.random(rows) + 0.1, 4).tolist(),
}
table["quantile"] = table["regression"]
frame = pandas.DataFrame({
    "x": x.astype("float32"), "z": z.astype("float32"), "whole": whole.astype("float32"), "flag": flag,
    "text": pandas.Categorical(text, categories=sorted(set(text))),
})
tasks = {
    "binary": {"objective": "binary:logistic"}, "multiclass": {"objective": "multi:softprob", "num_class": 4},
    "regression": {"objective": "reg:squarederror"}, "count": {"objective": "count:poisson"},
    "quantile": {"objective": "reg:quantileerror", "quantile_alpha": 0.8},
}
# What is given, by the names of a Model spec and by XGBoost's own.
variants = [
    ("plain", {"rounds": 12, "maxDepth": 4, "learningRate": 0.3}, {}, False),
    ("sampled", {"rounds": 10, "maxDepth": 6, "learningRate": 0.2, "subsample": 0.7, "columnSample": 0.6, "minChildWeight": 3, "lambda": 2, "alpha": 0.1,
                 "gamma": 0.05, "seed": 42}, {}, True),
    ("approx", {"rounds": 6, "maxDepth": 3, "learningRate": 0.3, "treeMethod": "approx"}, {}, False),
    ("constrained", {"rounds": 8, "maxDepth": 4, "learningRate": 0.3, "monotone": {"x": "increasing", "whole": "decreasing"},
                     "interactions": [["x", "z"], ["whole", "flag", "text"]]},
     {"monotone_constraints": "(1,0,-1,0,0)", "interaction_constraints": "[[0,1],[2,3,4]]"}, True),
]
names = {"maxDepth": "max_depth", "learningRate": "eta", "subsample": "subsample", "columnSample": "colsample_bytree", "minChildWeight": "min_child_weight",
         "lambda": "lambda", "alpha": "alpha", "gamma": "gamma", "seed": "seed", "treeMethod": "tree_method"}
runs = []
for task, objective in tasks.items():
    for variant, settings, more, is_weighted in variants:
        parameters = {"tree_method": "hist", "nthread": 1, **objective, **{names[k]: v for k, v in settings.items() if k in names}, **more}
        matrix = xgboost.DMatrix(frame, label=numpy.array(table[task], dtype="float32"), enable_categorical=True, nthread=1,
                                 weight=numpy.array(table["weight"], dtype="float32") if is_weighted else None)
        booster = xgboost.train(parameters, matrix, settings["rounds"])
        runs.append({
            "task": task, "variant": variant, "estimator": settings, "weighted": is_weighted, "trees": len(booster.get_dump()),
            "sha256": hashlib.sha256(bytes(booster.save_raw("ubj"))).hexdigest(),
        })
        booster.save_raw("ubj")
values = {"versions": {"xgboost": xgboost.__version__, "numpy": numpy.__version__, "pandas": pandas.__version__}, "table": table, "runs": runs}
(here / "values.json").write_text(json.dumps(values, allow_nan=False) + "\n")
