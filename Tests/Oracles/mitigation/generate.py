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
import scipy.stats
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


def remover_distinct():
    """Three groups of as many values each, all different, so that aif360's quantiles, which are of distinct values, are those of rows."""
    random = numpy.random.default_rng(11)
    count = 60
    group = numpy.repeat([0.0, 1.0, 2.0], count)
    x = random.permutation(3 * count) * 0.5 + group * 40 + numpy.arange(3 * count) / 1024
    table = pandas.DataFrame({"group": group, "x": x, "y": numpy.tile([0.0, 1.0], 3 * count // 2)})
    assert table["x"].nunique() == len(table)
    dataset = BinaryLabelDataset(df=table, label_names=["y"], protected_attribute_names=["group"])
    changed = DisparateImpactRemover(repair_level=1.0, sensitive_attribute="group").fit_transform(dataset).convert_to_dataframe()[0]
    return {"groups": [int(g) for g in group], "values": [float(v) for v in x], "repaired": [float(v) for v in changed["x"]]}


def remover_ties():
    """Feldman et al. 2015, section 5, by numpy on rows with many equal values, where aif360 counts each distinct value once and so does something else: the
    rank of equal values is their middle one, quantiles are linear between rows, the median of two groups is their mean."""
    women, men = numpy.flatnonzero(sex == "Female")[:300], numpy.flatnonzero(sex == "Male")[:250]
    found = {}
    for name in ("hours_per_week", "age"):
        parts = {"Female": train[name].to_numpy(float)[women], "Male": train[name].to_numpy(float)[men]}
        found[name] = {}
        for group, own in parts.items():
            ranks = (scipy.stats.rankdata(own, method="average") - 1) / (len(own) - 1)
            target = numpy.median([numpy.quantile(other, ranks) for other in parts.values()], axis=0)
            found[name][group] = {"values": own.tolist(), "repaired": target.tolist()}
    return found


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
    "removerDistinct": remover_distinct(),
    "removerTies": remover_ties(),
}
(here / "values.json").write_text(json.dumps(values, indent=1) + "\n")
