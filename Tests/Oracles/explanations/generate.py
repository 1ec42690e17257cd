#!/usr/bin/env python3
"""xgboost's and shap's figures for small models. Writes values.json and the models beside this file.

Rows are written as the models read them: 32-bit numbers, categories as codes, null where missing.
"""
import json
import math
import pathlib

import numpy
import pandas
import shap
import xgboost
from sklearn.linear_model import LogisticRegression

here = pathlib.Path(__file__).parent
models = here / "models"
models.mkdir(exist_ok=True)


def rows_of(matrix):
    return [[None if math.isnan(value) else float(value) for value in row] for row in numpy.asarray(matrix, dtype="float32")]


def numbers(array):
    return numpy.asarray(array, dtype="float64").tolist()


def adult():
    data = pandas.read_parquet(here / "../../../repo-template/data/adult.parquet")
    features = [name for name in data.columns if name not in ("fnlwgt", "income", "split")]
    train, test = data[data["split"] == "train"], data[data["split"] == "test"]
    columns = {}
    for part, rows in (("train", train), ("test", test)):
        frame = {}
        for name in features:
            if data[name].dtype.kind in "if":
                frame[name] = rows[name].astype("float32")
            else:
                known = sorted(train[name].dropna().unique(), key=lambda text: text.encode())
                frame[name] = pandas.Categorical(rows[name].where(rows[name].isin(known)), categories=known)
        columns[part] = pandas.DataFrame(frame, index=rows.index)
    return columns["train"], train["income"].astype(int), columns["test"]


def coded(frame):
    """Categories as codes, missing as NaN."""
    return numpy.column_stack([
        frame[name].cat.codes.where(frame[name].cat.codes >= 0).astype("float32") if frame[name].dtype.name == "category"
        else frame[name].to_numpy("float32") for name in frame.columns])


def tree_model(name, booster, frame, interactions=3, suffix="ubj"):
    booster.save_model(models / f"{name}.{suffix}")
    matrix = xgboost.DMatrix(frame, enable_categorical=True)
    cells = coded(frame) if hasattr(frame, "columns") else frame
    return {
        "name": name, "file": f"{name}.{suffix}", "rows": rows_of(cells),
        "margins": numbers(booster.predict(matrix, output_margin=True)),
        "contributions": numbers(booster.predict(matrix, pred_contribs=True)),
        "interactions": numbers(booster.predict(matrix, pred_interactions=True)[:interactions]),
    }


def synthetic(rows, seed):
    random = numpy.random.default_rng(seed)
    cells = random.normal(size=(rows, 8)).astype("float32")
    cells[:, 6] = numpy.round(cells[:, 6])
    cells[:, 7] = 1  # constant
    target = cells[:, 0] + cells[:, 1] * cells[:, 2] + numpy.abs(cells[:, 3]) - (cells[:, 4] > 0) * cells[:, 6] + random.normal(size=rows) * 0.3
    cells[random.random(cells.shape) < 0.1] = numpy.nan
    cells[:, 7] = 1
    return cells, target.astype("float32")


trees = []
train, income, test = adult()
parameters = {"tree_method": "hist", "nthread": 1, "seed": 1}
booster = xgboost.train({**parameters, "objective": "binary:logistic", "max_depth": 5, "eta": 0.3}, xgboost.DMatrix(train, label=income, enable_categorical=True), 25)
trees.append(tree_model("adult", booster, test.iloc[:40]))

cells, target = synthetic(600, 1)
matrix = xgboost.DMatrix(cells, label=target)
regression = xgboost.train({**parameters, "objective": "reg:squarederror", "max_depth": 6, "eta": 0.3}, matrix, 20)
trees.append(tree_model("regression", regression, cells[:25], suffix="json"))
deep = xgboost.train({**parameters, "objective": "reg:squarederror", "max_depth": 14, "eta": 0.5, "min_child_weight": 0}, matrix, 3)
trees.append(tree_model("deep", deep, cells[:15]))
classes = numpy.digitize(target, [-1, 1])
multiclass = xgboost.train({**parameters, "objective": "multi:softprob", "num_class": 3, "max_depth": 3}, xgboost.DMatrix(cells, label=classes), 6)
trees.append(tree_model("multiclass", multiclass, cells[:12]))
dart = xgboost.train({**parameters, "booster": "dart", "rate_drop": 0.3, "objective": "binary:logistic", "max_depth": 4}, xgboost.DMatrix(cells, label=target > 0), 10)
trees.append(tree_model("dart", dart, cells[:12]))
poisson = xgboost.train({**parameters, "objective": "count:poisson", "max_depth": 3}, xgboost.DMatrix(cells, label=numpy.floor(numpy.exp(target / 3))), 5)
trees.append(tree_model("poisson", poisson, cells[:12]))


def codes_only():
    """Adult with categories as plain numbers, which shap's own code can read."""
    table, rows = coded(train), coded(test.iloc[:120])
    booster = xgboost.train({**parameters, "objective": "binary:logistic", "max_depth": 6, "eta": 0.2}, xgboost.DMatrix(table, label=income), 20)
    return booster, rows


def flights():
    """Arrival delays in hours from what is known at departure; a fortieth of the departure delays is missing. Reads ../shared/data beside the repository."""
    data = pandas.read_parquet(here / "../../../../shared/data/flights.parquet")
    data = data[data["arr_delay"].notna()].iloc[::97]
    table = data[["month", "sched_dep_time", "dep_delay", "distance", "air_time", "hour"]].to_numpy("float32")
    table[::40, 2] = numpy.nan
    booster = xgboost.train({**parameters, "objective": "reg:squarederror", "max_depth": 5, "eta": 0.2}, xgboost.DMatrix(table, label=data["arr_delay"].to_numpy() / 60), 15)
    return booster, table


adult_codes, adult_rows = codes_only()
trees.append(tree_model("adult-codes", adult_codes, adult_rows[:20]))
flight_model, flight_rows = flights()
trees.append(tree_model("flights", flight_model, flight_rows[:20]))


def interventional(name, booster, background, rows, output="raw"):
    explainer = shap.TreeExplainer(booster, data=background, feature_perturbation="interventional", model_output=output)
    explained = explainer(rows, check_additivity=False)
    return {
        "name": name, "background": rows_of(background), "rows": rows_of(rows), "values": numbers(explained.values),
        "base": numbers(numpy.atleast_1d(explained.base_values)[:1]),
    }


# shap's own code cannot read categorical splits; the numeric models are enough.
background = [
    interventional("regression", regression, cells[100:160], cells[:25]),
    interventional("deep", deep, cells[100:140], cells[:15]),
    interventional("adult-codes", adult_codes, adult_rows[20:120], adult_rows[:20]),
    interventional("flights", flight_model, flight_rows[40:140], flight_rows[:20]),
]
scaled = [
    interventional("adult-codes", adult_codes, adult_rows[20:70], adult_rows[:20], output="probability"),
]


def probability():
    """All coalitions of the dart model's probabilities."""
    margin = lambda rows: dart.predict(xgboost.DMatrix(rows))
    explainer = shap.ExactExplainer(margin, shap.maskers.Independent(cells[100:130], max_samples=30))
    explained = explainer(cells[:6])
    return {"background": rows_of(cells[100:130]), "rows": rows_of(cells[:6]), "values": numbers(explained.values), "base": numbers(explained.base_values)[:1]}


def linear():
    random = numpy.random.default_rng(4)
    table = random.normal(size=(200, 5)) * [1, 10, 0.1, 3, 1]
    outcome = (table @ [1, 0.2, -4, 0, 0.5] + random.normal(size=200) > 0).astype(int)
    model = LogisticRegression(C=10).fit(table, outcome)
    explainer = shap.LinearExplainer(model, shap.maskers.Independent(table[:50], max_samples=50))
    explained = explainer(table[100:110])
    return {
        "coefficients": numbers(model.coef_), "intercepts": numbers(model.intercept_), "background": table[:50].tolist(), "rows": table[100:110].tolist(),
        "values": numbers(explained.values), "base": numbers(numpy.atleast_1d(explained.base_values)[:1]),
        "margins": numbers(model.decision_function(table[100:110])),
    }


values = {
    "probability": probability(), "linear": linear(),
    "versions": {"xgboost": xgboost.__version__, "shap": shap.__version__, "numpy": numpy.__version__},
    "tolerance": 1e-5, "trees": trees, "interventional": background,
    "scaled": scaled,
}
(here / "values.json").write_text(json.dumps(values, allow_nan=False) + "\n")
