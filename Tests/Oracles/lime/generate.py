#!/usr/bin/env python3
"""lime's figures for tables. Writes values.json beside this file.

What is exact is compared exactly: thresholds of the discretisers, and the surrogate that lime fits to given perturbed rows with each of its
ways to choose features. What is sampled is compared by its mean over seeds, with the standard deviation over them.
"""
import importlib.metadata
import json
import pathlib

import numpy
from lime.discretize import DecileDiscretizer, EntropyDiscretizer, QuartileDiscretizer
from lime.lime_base import LimeBase
from lime.lime_tabular import LimeTabularExplainer

here = pathlib.Path(__file__).parent
random = numpy.random.default_rng(11)
count = 400
table = numpy.column_stack([
    random.normal(size=count).round(3),  # smooth
    random.integers(0, 7, count).astype(float),  # ties: equal quantiles
    numpy.where(random.random(count) < 0.9, 0.0, random.exponential(100, count).round(2)),  # mostly zero
    random.integers(0, 3, count).astype(float),  # a category
    random.normal(size=count).round(3) * 40 + 10,
    numpy.ones(count),  # constant
]).astype("float64")
categories = [3]
names = [f"f{i}" for i in range(table.shape[1])]


def margin(rows):
    return 0.8 * rows[:, 0] - 0.5 * (rows[:, 1] > 3) + 0.01 * rows[:, 2] + 0.7 * (rows[:, 3] == 1) - 0.02 * rows[:, 4] * (rows[:, 0] > 0)


def predict(rows):
    return 1 / (1 + numpy.exp(-margin(rows)))


labels = (predict(table) > random.random(count)).astype(int)
thresholds = {}
for name, make in (("quartile", QuartileDiscretizer), ("decile", DecileDiscretizer), ("entropy", EntropyDiscretizer)):
    found = make(table, categories, names, labels=labels, random_state=numpy.random.RandomState(0))
    bins = found.bins(table, labels)
    thresholds[name] = {str(feature): numpy.unique(bins[place]).tolist() for place, feature in enumerate(found.to_discretize)}


def surrogates():
    """lime's fit to perturbed rows that are given to it, numbers and zeros and ones mixed."""
    draws = numpy.random.default_rng(5)
    data = numpy.column_stack([
        draws.random((300, 5)) < [0.25, 0.5, 0.9, 0.3, 0.1], draws.normal(size=(300, 3)), numpy.ones(300)]).astype(float)
    data[0, :5] = 1
    target = data @ [0.4, -0.3, 0.02, 0.1, 0.6, 0.25, -0.05, 0.001, 0] + 0.2 * data[:, 0] * data[:, 5] + draws.normal(size=300) * 0.05
    distances = numpy.sqrt(((data - data[0]) ** 2).sum(axis=1))
    width = 0.75 * numpy.sqrt(data.shape[1])
    base = LimeBase(lambda d: numpy.sqrt(numpy.exp(-(d**2) / width**2)), random_state=numpy.random.RandomState(0))
    results = []
    for selection, name in (("forward_selection", "forward"), ("highest_weights", "highest-weight"), ("lasso_path", "lasso-path"), ("none", "all")):
        for features in (1, 2, 3, 5, 7):
            intercept, terms, score, local = base.explain_instance_with_data(
                data, numpy.column_stack([target]), distances, 0, features, feature_selection=selection)
            results.append({
                "selection": name, "features": features, "intercept": float(intercept), "weights": {str(f): float(w) for f, w in terms},
                "score": float(score), "local": float(local[0]),
            })
    return {"data": data.tolist(), "target": target.tolist(), "width": width, "results": results}


def explanations():
    """Each setting's surrogate of three rows with all features, over seeds."""
    found = []
    for discretizer in ("quartile", "decile", "entropy", None):
        for around in (False, True) if discretizer is None else (False,):
            for row in (0, 7, 30):
                runs = []
                for seed in range(30):
                    explainer = LimeTabularExplainer(
                        table, mode="regression", training_labels=labels, feature_names=names, categorical_features=categories,
                        discretize_continuous=discretizer is not None, discretizer=discretizer, feature_selection="none",
                        sample_around_instance=around, random_state=seed)
                    said = explainer.explain_instance(table[row], predict, num_features=len(names), num_samples=3000)
                    weights = dict(said.local_exp[1] if 1 in said.local_exp else said.local_exp[0])
                    runs.append([weights.get(i, 0.0) for i in range(len(names))] + [float(said.intercept[1] if 1 in said.intercept else said.intercept[0]), float(said.score)])
                runs = numpy.array(runs)
                found.append({
                    "discretizer": discretizer or "none", "isAroundRow": around, "row": row, "mean": runs.mean(axis=0).tolist(),
                    "deviation": runs.std(axis=0, ddof=1).tolist(),
                })
    return found


values = {
    "versions": {name: importlib.metadata.version(name) for name in ("lime", "scikit-learn", "numpy")},
    "table": table.tolist(), "labels": labels.tolist(), "thresholds": thresholds, "surrogates": surrogates(), "explanations": explanations(),
}
(here / "values.json").write_text(json.dumps(values, allow_nan=False) + "\n")
