#!/usr/bin/env python3
"""Distances of two samples whose rows count by weight, by scipy where it takes weights and by their definitions in numpy where it does not. Writes values.json beside
this file.

Effective rows are Kish's (1965). Bins lie between the reference's weighted tenths: the first value up to which there is more than the share. chi-square is scipy's, of the
categories' weights as shares of the effective rows. Kolmogorov and Smirnov's distance and Cramer and von Mises' T are of the weighted distribution functions. All equal to 1e-9.
"""
import json
import pathlib

import numpy
import scipy
import scipy.stats as st
from scipy.spatial.distance import jensenshannon

here = pathlib.Path(__file__).parent
random = numpy.random.default_rng(42)


def kish(weights):
    return float(weights.sum() ** 2 / (weights ** 2).sum())


def over_cells(old, new):
    p, q = old / old.sum(), new / new.sum()
    a, b = numpy.maximum(p, 1e-4), numpy.maximum(q, 1e-4)
    return {"populationStabilityIndex": float(((b - a) * numpy.log(b / a)).sum()), "jensenShannonDistance": float(jensenshannon(p, q, base=2)),
            "hellingerDistance": float(numpy.sqrt(max(0, 1 - numpy.sqrt(p * q).sum())))}


def numbers(first, second, v, w):
    order = numpy.argsort(first, kind="stable")
    below = numpy.cumsum(v[order])
    quantiles = [first[order][numpy.argmax(below > below[-1] * k / 10)] for k in range(1, 10)]
    edges = numpy.unique([q for q in quantiles if q > first.min()])
    old = numpy.bincount(numpy.searchsorted(edges, first, side="right"), v, len(edges) + 1)
    new = numpy.bincount(numpy.searchsorted(edges, second, side="right"), w, len(edges) + 1)
    points = numpy.unique(numpy.concatenate([first, second]))
    f = numpy.array([v[first <= x].sum() for x in points]) / v.sum()
    g = numpy.array([w[second <= x].sum() for x in points]) / w.sum()
    n, m = kish(v), kish(w)
    pooled = numpy.diff((n * f + m * g) / (n + m), prepend=0)
    mean = numpy.average(first, weights=v)
    area = st.wasserstein_distance(first, second, v, w)
    return {"first": first.tolist(), "second": second.tolist(), "firstWeights": v.tolist(), "secondWeights": w.tolist(),
            "figures": over_cells(old, new) | {
                "wassersteinDistance": float(area), "normedWassersteinDistance": float(area / numpy.sqrt(numpy.average((first - mean) ** 2, weights=v))),
                "kolmogorovSmirnov": float(abs(f - g).max()), "cramerVonMises": float(n * m / (n + m) * (pooled * (f - g) ** 2).sum())}}


def categories(first, second, v, w):
    names = sorted(set(first) | set(second))
    old = numpy.array([v[first == name].sum() for name in names]) / v.sum() * kish(v)
    new = numpy.array([w[second == name].sum() for name in names]) / w.sum() * kish(w)
    test = st.chi2_contingency([old, new], correction=False)
    return {"first": first.tolist(), "second": second.tolist(), "firstWeights": v.tolist(), "secondWeights": w.tolist(),
            "figures": over_cells(old, new) | {"chiSquare": float(test.statistic), "chiSquarePValue": float(test.pvalue)}}


def weights(count):
    return random.gamma(2, 1, count).round(3) + 0.01


tables = {
    "numbers": {
        "normal": numbers(random.normal(0, 1, 300).round(3), random.normal(0.2, 1.3, 220).round(3), weights(300), weights(220)),
        "ties": numbers(random.integers(0, 9, 200).astype(float), random.integers(1, 12, 150).astype(float), weights(200), weights(150)),
        "far apart": numbers(random.normal(0, 1, 40).round(3), random.normal(50, 1, 30).round(3), weights(40), weights(30)),
    },
    "categories": {
        "three": categories(random.choice(["a", "b", "c"], 200, p=[0.5, 0.3, 0.2]), random.choice(["a", "b", "c"], 260, p=[0.4, 0.3, 0.3]), weights(200), weights(260)),
        "new and lost": categories(random.choice(["a", "b"], 80), random.choice(["b", "c"], 90), weights(80), weights(90)),
    },
    "versions": {"scipy": scipy.__version__, "numpy": numpy.__version__},
}
(here / "values.json").write_text(json.dumps(tables) + "\n")
