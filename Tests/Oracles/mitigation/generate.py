#!/usr/bin/env python3
"""fairlearn's and aif360's mitigations on Adult. Writes values.json beside this file.

The learner of the reductions takes the weighted majority of each cell of (education_num, relationship, sex), so that both sides fit the very same classifiers.
Every eighth training row is used. Thresholds are fitted on scores of ../metrics/scores.parquet.
"""
import json
import pathlib
import warnings

import fairlearn
import numpy
import pandas
import sklearn
from aif360.algorithms.preprocessing import DisparateImpactRemover, Reweighing
from aif360.datasets import BinaryLabelDataset
from fairlearn.postprocessing import ThresholdOptimizer
from fairlearn.reductions import (DemographicParity, EqualizedOdds, ErrorRateParity, ExponentiatedGradient, FalsePositiveRateParity, GridSearch,
                                  TruePositiveRateParity)
from fairlearn.metrics import demographic_parity_difference, equalized_odds_difference
from sklearn.base import BaseEstimator, ClassifierMixin

here = pathlib.Path(__file__).parent
warnings.simplefilter("ignore")
data = pandas.read_parquet(here / "../../../repo-template/data/adult.parquet")
train = data[data["split"] == "train"].iloc[::8].reset_index(drop=True)
label = train["income"].astype(int)
sex = train["sex"]
race = train["race"]
cells = train[["education_num", "relationship", "sex"]].astype(str).agg("|".join, axis=1)
codes = pandas.DataFrame({"cell": pandas.Categorical(cells).codes})


class Majority(BaseEstimator, ClassifierMixin):
    def fit(self, X, y, sample_weight=None):
        cell = numpy.asarray(X)[:, 0].astype(int)
        weight = numpy.ones(len(cell)) if sample_weight is None else numpy.asarray(sample_weight)
        votes = numpy.zeros(codes["cell"].max() + 1)
        numpy.add.at(votes, cell, weight * (2 * numpy.asarray(y) - 1))
        self.votes_ = votes
        self.classes_ = numpy.array([0, 1])
        return self

    def predict(self, X):
        return (self.votes_[numpy.asarray(X)[:, 0].astype(int)] > 0).astype(int)


kinds = {
    "demographicParity": DemographicParity, "equalizedOdds": EqualizedOdds, "equalOpportunity": TruePositiveRateParity,
    "falsePositiveParity": FalsePositiveRateParity, "errorRateParity": ErrorRateParity,
}


def mixture(kind, group, name, bound=0.01):
    mitigator = ExponentiatedGradient(Majority(), kinds[kind](difference_bound=bound), eps=0.01, max_iter=50)
    mitigator.fit(codes, label, sensitive_features=group)
    chances = mitigator._pmf_predict(codes)[:, 1]
    moment = kinds[kind](difference_bound=bound)
    moment.load_data(codes, label, sensitive_features=group)
    gamma = moment.gamma(lambda X: chances)
    return {
        "kind": kind, "attribute": name, "bound": bound, "error": float(numpy.mean(numpy.abs(chances - label))), "violation": float(gamma.max()),
        "gap": float(mitigator.best_gap_), "classifiers": int((mitigator.weights_ > 0).sum()), "iterations": int(mitigator.last_iter_) + 1,
    }


def grid(kind):
    search = GridSearch(Majority(), kinds[kind](), grid_size=9)
    search.fit(codes, label, sensitive_features=sex)
    predictions = search.predict(codes)
    moment = kinds[kind]()
    moment.load_data(codes, label, sensitive_features=sex)
    return {
        "kind": kind, "error": float(numpy.mean(predictions != label)), "violation": float(moment.gamma(lambda X: predictions).max()),
        "points": len(search.predictors_),
    }


scores = pandas.read_parquet(here / "../metrics/scores.parquet")


class Given(BaseEstimator, ClassifierMixin):
    def fit(self, X, y):
        self.classes_ = numpy.array([0, 1])
        return self

    def predict_proba(self, X):
        return numpy.column_stack([1 - numpy.asarray(X)[:, 0], numpy.asarray(X)[:, 0]])

    def predict(self, X):
        return (numpy.asarray(X)[:, 0] >= 0.5).astype(int)


def thresholds(constraint, name, objective):
    part = scores.iloc[::4].reset_index(drop=True)
    X, y, group = part[["score"]].astype("float64"), part["income"].astype(int), part["sex"]
    optimizer = ThresholdOptimizer(
        estimator=Given().fit(X, y), constraints=constraint, objective=objective, prefit=True, predict_method="predict_proba", grid_size=1000)
    optimizer.fit(X, y, sensitive_features=group)
    chances = optimizer._pmf_predict(X, sensitive_features=group)[:, 1]
    truth = y.to_numpy()
    by = {}
    for value in sorted(set(group)):
        rows = (group == value).to_numpy()
        by[value] = {
            "selectionRate": float(chances[rows].mean()), "truePositiveRate": float(chances[rows & (truth == 1)].mean()),
            "falsePositiveRate": float(chances[rows & (truth == 0)].mean()),
        }
    hits, alarms = float(chances[truth == 1].mean()), float(chances[truth == 0].mean())
    share = float(truth.mean())
    return {
        "goal": name, "objective": objective, "groups": by,
        "accuracy": share * hits + (1 - share) * (1 - alarms), "balancedAccuracy": (hits + 1 - alarms) / 2,
    }


def reweighing():
    table = pandas.DataFrame({"sex": (sex == "Male").astype(float), "income": label.astype(float)})
    dataset = BinaryLabelDataset(df=table, label_names=["income"], protected_attribute_names=["sex"])
    changed = Reweighing(unprivileged_groups=[{"sex": 0}], privileged_groups=[{"sex": 1}]).fit_transform(dataset)
    found = {}
    for value, name in ((0, "Female"), (1, "Male")):
        for y in (0, 1):
            rows = ((table["sex"] == value) & (table["income"] == y)).to_numpy()
            found[f"{name}|{y}"] = float(changed.instance_weights[rows][0])
    return found


def remover(level):
    table = pandas.DataFrame({"sex": (sex == "Male").astype(float), "hours": train["hours_per_week"].astype(float), "age": train["age"].astype(float),
                              "income": label.astype(float)})
    dataset = BinaryLabelDataset(df=table, label_names=["income"], protected_attribute_names=["sex"])
    changed = DisparateImpactRemover(repair_level=level, sensitive_attribute="sex").fit_transform(dataset)
    frame = changed.convert_to_dataframe()[0]
    return {
        "level": level,
        "means": {name: {group: float(frame[name][frame["sex"] == value].mean()) for group, value in (("Female", 0.0), ("Male", 1.0))}
                  for name in ("hours", "age")},
        "before": {name: {group: float(table[name][table["sex"] == value].mean()) for group, value in (("Female", 0.0), ("Male", 1.0))}
                   for name in ("hours", "age")},
    }


values = {
    "versions": {"fairlearn": fairlearn.__version__, "scikit-learn": sklearn.__version__, "numpy": numpy.__version__, "aif360": "0.6.1"},
    "mixtures": [mixture(kind, sex, "sex") for kind in kinds]
    + [mixture("demographicParity", race, "race"), mixture("equalizedOdds", sex, "sex", 0.05)],
    "grids": [grid("demographicParity"), grid("equalOpportunity"), grid("falsePositiveParity")],
    "thresholds": [
        thresholds("demographic_parity", "demographicParity", "accuracy_score"),
        thresholds("true_positive_rate_parity", "equalOpportunity", "accuracy_score"),
        thresholds("false_positive_rate_parity", "falsePositiveParity", "balanced_accuracy_score"),
        thresholds("equalized_odds", "equalizedOdds", "accuracy_score"),
        thresholds("equalized_odds", "equalizedOdds", "balanced_accuracy_score"),
    ],
    "reweighing": reweighing(),
    "removers": [remover(1.0), remover(0.5)],
}
(here / "values.json").write_text(json.dumps(values, indent=1) + "\n")
