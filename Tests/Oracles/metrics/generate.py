#!/usr/bin/env python3
"""scikit-learn's and fairlearn's figures on Adult's test split and on small adversarial tables.

Writes scores.parquet (score, label and protected attributes of Adult's test rows) and values.json beside this file. Figures that the peer cannot
define (it warns, fails, or puts zero for 0/0) are null: Proviso calls them undefined.
"""
import json
import math
import pathlib
import warnings

import fairlearn
import numpy
import pandas
import sklearn
import xgboost
from fairlearn.metrics import (MetricFrame, demographic_parity_difference, demographic_parity_ratio, equalized_odds_difference,
                               equalized_odds_ratio, false_positive_rate, selection_rate, true_positive_rate)
from sklearn.metrics import (accuracy_score, brier_score_loss, f1_score, log_loss, precision_score, recall_score, roc_auc_score)

here = pathlib.Path(__file__).parent
nothing = float("nan")
warnings.simplefilter("ignore")


def number(value):
    value = float(value)
    return None if math.isnan(value) else value


def undefined_as_nan(metric, subset):
    """`metric` where `subset(truth, prediction)` has a row, NaN where it has none."""
    return lambda truth, prediction: metric(truth, prediction) if subset(numpy.asarray(truth), numpy.asarray(prediction)).any() else nothing


rates = {
    "selectionRate": (selection_rate, lambda truth, prediction: truth == truth),
    "truePositiveRate": (true_positive_rate, lambda truth, prediction: truth == 1),
    "falsePositiveRate": (false_positive_rate, lambda truth, prediction: truth == 0),
    "positivePredictiveValue": (precision_score, lambda truth, prediction: prediction == 1),
}


def performance(truth, scores, threshold):
    prediction = (scores >= threshold).astype(int)
    both = len(set(truth)) == 2
    return {
        "rocAUC": roc_auc_score(truth, scores) if both else None,
        "logLoss": log_loss(truth, scores, labels=[0, 1]),
        "brierScore": brier_score_loss(truth, scores, pos_label=1) if both else float(numpy.mean((scores - truth) ** 2)),
        "accuracy": accuracy_score(truth, prediction),
        "precision": number(precision_score(truth, prediction, zero_division=nothing)),
        "recall": number(recall_score(truth, prediction, zero_division=nothing)),
        "f1": number(f1_score(truth, prediction, zero_division=nothing)),
    }


def fairness(truth, scores, threshold, groups):
    prediction = (scores >= threshold).astype(int)
    measures = {}
    for name, (metric, subset) in rates.items():
        frame = MetricFrame(
            metrics=undefined_as_nan(metric, subset), y_true=truth, y_pred=prediction, sensitive_features=pandas.Series(groups, name="group"))
        whole = not frame.by_group.isna().any()
        largest = frame.by_group.max()
        measures[name] = {
            "groups": {str(group): number(rate) for group, rate in frame.by_group.items()},
            "overall": number(frame.overall),
            "difference": number(frame.difference(method="between_groups")) if whole else None,
            "ratio": number(frame.ratio(method="between_groups")) if whole and largest > 0 else None,
        }
    arguments = {"y_true": truth, "y_pred": prediction, "sensitive_features": groups}
    odds = [measures["truePositiveRate"], measures["falsePositiveRate"]]
    measures["equalizedOdds"] = {
        "difference": None if any(part["difference"] is None for part in odds) else number(equalized_odds_difference(**arguments)),
        "ratio": None if any(part["ratio"] is None for part in odds) else number(equalized_odds_ratio(**arguments)),
    }
    # fairlearn's own summaries must say the same as the frames above.
    selection = measures["selectionRate"]
    assert selection["difference"] is None or abs(demographic_parity_difference(**arguments) - selection["difference"]) < 1e-15
    assert selection["ratio"] is None or abs(demographic_parity_ratio(**arguments) - selection["ratio"]) < 1e-15
    return measures


def adult():
    data = pandas.read_parquet(here / "../../../repo-template/data/adult.parquet")
    features = [name for name in data.columns if name not in ("fnlwgt", "income", "split")]
    for name in features:
        if data[name].dtype.kind not in "if":
            data[name] = data[name].astype("category")
    train, test = data[data["split"] == "train"], data[data["split"] == "test"]
    matrix = xgboost.DMatrix(train[features], label=train["income"].astype("float32"), enable_categorical=True)
    booster = xgboost.train({"objective": "binary:logistic", "tree_method": "hist", "max_depth": 4, "eta": 0.1, "nthread": 1}, matrix, 200)
    scores = booster.predict(xgboost.DMatrix(test[features], enable_categorical=True))
    table = pandas.DataFrame(
        {"score": scores.astype("float64"), "income": test["income"].to_numpy(), "sex": test["sex"].astype(str).to_numpy(),
         "race": test["race"].astype(str).to_numpy(), "age": test["age"].to_numpy()})
    table["decade"] = table["age"] // 10
    return table.drop(columns="age")


def small(name, scores, labels, groups, threshold=0.5):
    scores, labels = numpy.array(scores, dtype="float64"), numpy.array(labels)
    named = ["(missing)" if group is None else group for group in groups]
    return {
        "name": name, "scores": list(map(float, scores)), "labels": [bool(label) for label in labels], "groups": groups, "threshold": threshold,
        "performance": performance(labels, scores, threshold), "fairness": fairness(labels, scores, threshold, named),
    }


table = adult()
table.to_parquet(here / "scores.parquet", compression="zstd", index=False)
truth, scores = table["income"].astype(int).to_numpy(), table["score"].to_numpy()
tied = numpy.round(scores, 2)
random = numpy.random.default_rng(7)
values = {
    "versions": {"scikit-learn": sklearn.__version__, "fairlearn": fairlearn.__version__, "numpy": numpy.__version__},
    "tolerance": 1e-12,
    "adult": [
        {
            "threshold": threshold, "roundedTo": rounded, "performance": performance(truth, used, threshold),
            "fairness": {
                attribute: fairness(truth, used, threshold, table[attribute].astype(str).to_numpy()) for attribute in ("sex", "race", "decade")
            },
        }
        for threshold, rounded, used in [(0.5, None, scores), (0.3, None, scores), (0.25, 2, tied)]
    ],
    "small": [
        small("one row", [0.7], [1], ["a"]),
        small("one class, all positive", [0.7, 0.2, 0.5], [1, 1, 1], ["a", "b", "b"]),
        small("one class, all negative", [0.7, 0.2, 0.5], [0, 0, 0], ["a", "b", "b"]),
        small("all scores tied", [0.5] * 6, [1, 0, 1, 0, 0, 0], ["a", "b"] * 3),
        small("nothing predicted positive", [0.1, 0.2, 0.3, 0.4], [1, 0, 1, 0], ["a", "a", "b", "b"]),
        small("certain and wrong", [0.0, 1.0, 1.0, 0.0], [1, 0, 1, 0], ["a", "a", "b", "b"]),
        small("a group without positives", [0.9, 0.2, 0.8, 0.6], [1, 0, 0, 0], ["a", "a", "b", "b"]),
        small("a missing group", [0.9, 0.2, 0.8, 0.6, 0.4, 0.7], [1, 0, 1, 0, 0, 1], ["a", "a", "b", None, "b", None]),
        small("score at the threshold", [0.3, 0.29999999999999999, 0.2999999999999999], [1, 1, 0], ["a", "b", "b"], threshold=0.3),
        small("threshold zero", [0.0, 0.1, 0.9], [0, 1, 1], ["a", "b", "b"], threshold=0.0),
        small(
            "random with many ties", random.integers(0, 5, 60) / 4, random.integers(0, 2, 60),
            [str(group) for group in random.choice(["a", "b", "c"], 60)]),
    ],
}
(here / "values.json").write_text(json.dumps(values, indent=1, allow_nan=False) + "\n")
