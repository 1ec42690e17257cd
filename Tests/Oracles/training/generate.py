#!/usr/bin/env python3
"""Adult through xgboost's Python package: official split, `fnlwgt` dropped. Writes values.json beside this file.

Categories are those in use among the training rows, ordered by their UTF-8 bytes; others count as missing, as in Proviso.
"""
import json
import pathlib

import numpy
import pandas
import sklearn
import xgboost
from sklearn.metrics import accuracy_score, log_loss, roc_auc_score

here = pathlib.Path(__file__).parent
data = pandas.read_parquet(here / "../../../repo-template/data/adult.parquet")
features = [name for name in data.columns if name not in ("fnlwgt", "income", "split")]
train, test = data[data["split"] == "train"], data[data["split"] == "test"]


def prepared(rows):
    columns = {}
    for name in features:
        if data[name].dtype.kind in "if":
            columns[name] = rows[name].astype("float32")
        else:
            known = sorted(train[name].dropna().unique(), key=lambda text: text.encode())
            columns[name] = pandas.Categorical(rows[name].where(rows[name].isin(known)), categories=known)
    return pandas.DataFrame(columns, index=rows.index)


def run(name, rounds, **parameters):
    parameters = {"objective": "binary:logistic", "tree_method": "hist", "nthread": 1, **parameters}
    matrix = xgboost.DMatrix(prepared(train), label=train["income"].astype("float32"), enable_categorical=True)
    booster = xgboost.train(parameters, matrix, rounds)
    scores = booster.predict(xgboost.DMatrix(prepared(test), enable_categorical=True)).astype("float64")
    truth = test["income"].to_numpy()
    return {
        "name": name, "rounds": rounds, "parameters": {k: v for k, v in parameters.items() if k not in ("objective", "tree_method", "nthread")},
        "accuracy": accuracy_score(truth, scores >= 0.5), "rocAUC": roc_auc_score(truth, scores), "logLoss": log_loss(truth, scores),
        "every": 100, "scores": [float(score) for score in scores[::100]],
    }


values = {
    "versions": {"xgboost": xgboost.__version__, "scikit-learn": sklearn.__version__, "numpy": numpy.__version__, "pandas": pandas.__version__},
    "tolerance": 1e-7,
    "features": features,
    "runs": [
        run("FACTS", 200, max_depth=4, eta=0.1, seed=0),
        run("sampled", 30, max_depth=6, eta=0.3, subsample=0.7, colsample_bytree=0.8, min_child_weight=3, gamma=0.5, alpha=0.1, seed=42, **{"lambda": 2}),
    ],
}
(here / "values.json").write_text(json.dumps(values, indent=1) + "\n")
