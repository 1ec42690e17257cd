#!/usr/bin/env python3
"""scikit-learn's and scipy's figures for global explanations. Writes values.json beside this file."""
import importlib.metadata
import json
import pathlib

import numpy
from scipy.stats import ks_2samp, spearmanr, ttest_ind
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.inspection import partial_dependence, permutation_importance
from sklearn.metrics import ndcg_score
from sklearn.tree import DecisionTreeRegressor

here = pathlib.Path(__file__).parent
random = numpy.random.default_rng(3)
count = 300
table = numpy.column_stack([
    random.normal(size=count), random.integers(0, 7, count), random.exponential(100, count), random.integers(0, 3, count),
    random.normal(size=count) * 40 + 10, numpy.ones(count),
]).astype("float32").astype("float64")


class Model(ClassifierMixin, BaseEstimator):
    """The formula of LIMEOracle.Model."""

    classes_ = numpy.array([0, 1])

    def fit(self, rows, labels):
        self.fitted_ = True
        return self

    def predict_proba(self, rows):
        rows = numpy.asarray(rows)
        margin = 0.8 * rows[:, 0] - 0.5 * (rows[:, 1] > 3) + 0.01 * rows[:, 2] + 0.7 * (rows[:, 3] == 1) - 0.02 * rows[:, 4] * (rows[:, 0] > 0)
        one = 1 / (1 + numpy.exp(-margin))
        return numpy.column_stack([1 - one, one])

    def predict(self, rows):
        return (self.predict_proba(rows)[:, 1] > 0.5).astype(int)


model = Model().fit(None, None)
predictions = model.predict_proba(table)[:, 1]
labels = (predictions > random.random(count)).astype(int)

importances = {}
for name, scorer in (("squared-error", "neg_brier_score"), ("log-loss", "neg_log_loss"), ("1-roc-auc", "roc_auc")):
    found = permutation_importance(model, table, labels, scoring=scorer, n_repeats=60, random_state=1)
    importances[name] = {"mean": found.importances_mean.tolist(), "deviation": found.importances_std.tolist()}

dependence = {}
for feature in (0, 1, 3):
    column = table[:, feature]
    grid = numpy.unique(numpy.quantile(column, numpy.linspace(0, 1, 9))) if feature == 0 else numpy.unique(column)
    found = partial_dependence(model, table, [feature], custom_values={feature: grid}, kind="both", response_method="predict_proba")
    dependence[str(feature)] = {
        "grid": grid.tolist(), "mean": found["average"][0].tolist(), "curves": found["individual"][0][:20].tolist(),
    }

grown = numpy.arange(count) % 4 != 3
trees = []
for depth, leaf in ((1, 1), (3, 1), (4, 10)):
    tree = DecisionTreeRegressor(max_depth=depth, min_samples_leaf=leaf, random_state=0).fit(table[grown], predictions[grown])
    trees.append({
        "depth": depth, "minimumRows": leaf, "fidelity": tree.score(table[~grown], predictions[~grown]),
        "trainingFidelity": tree.score(table[grown], predictions[grown]), "nodes": int(tree.tree_.node_count), "predictions": tree.predict(table).tolist(),
    })

first = random.normal(size=(80, 4)) * [1, 3, 0.5, 0]
second = random.normal(size=(60, 4)) * [2, 1, 0.5, 0] + [0.4, 0, 0, 0]
second[:10, 1] = first[:10, 1]
importance = [numpy.abs(part).mean(axis=0) for part in (first, second)]
drift = {
    "reference": first.tolist(), "current": second.tolist(), "ndcg": ndcg_score([importance[0]], [importance[1]]),
    "spearman": spearmanr(*importance).statistic, "distances": [ks_2samp(first[:, i], second[:, i]).statistic for i in range(4)], "intervals": [],
}
for i in range(3):
    bounds = ttest_ind(second[:, i], first[:, i], equal_var=False).confidence_interval()
    drift["intervals"].append([bounds.low, bounds.high])

values = {
    "versions": {name: importlib.metadata.version(name) for name in ("scikit-learn", "scipy", "numpy")},
    "table": table.tolist(), "labels": labels.tolist(), "importances": importances, "dependence": dependence, "trees": trees, "drift": drift,
}
(here / "values.json").write_text(json.dumps(values, allow_nan=False) + "\n")
