#!/usr/bin/env python3
"""scipy's distances between samples, and the population stability index by its definition. Writes values.json beside this file."""
import json
import pathlib

import numpy
import scipy
from scipy.spatial.distance import jensenshannon
from scipy.stats import chi2_contingency, cramervonmises_2samp, ks_2samp, wasserstein_distance

here = pathlib.Path(__file__).parent
random = numpy.random.default_rng(5)


def psi(expected, actual):
    p = numpy.maximum(numpy.array(expected) / sum(expected), 1e-4)
    q = numpy.maximum(numpy.array(actual) / sum(actual), 1e-4)
    return float(((q - p) * numpy.log(q / p)).sum())


def steps(a, b):
    """n m / N^2 times the sum of (F - G)^2 over all N values."""
    values = numpy.unique(numpy.concatenate([a, b]))
    cells = [numpy.bincount(numpy.searchsorted(values, x), minlength=len(values)) for x in (a, b)]
    distance = numpy.cumsum(cells[0]) / len(a) - numpy.cumsum(cells[1]) / len(b)
    return float(len(a) * len(b) / (len(a) + len(b)) ** 2 * ((cells[0] + cells[1]) * distance ** 2).sum())


def alike(name, a, b):
    own, both = steps(a, b), numpy.concatenate([a, b])
    draws = numpy.random.default_rng(9)
    dealt = [draws.permutation(both) for _ in range(20000)]
    return {"name": name, "reference": a.tolist(), "current": b.tolist(), "cramerVonMises": own,
            "permutationPValue": float(numpy.mean([steps(x[:len(a)], x[len(a):]) >= own * (1 - 1e-12) for x in dealt]))}


def numbers(name, a, b, are_alike=False):
    """Of values that are alike scipy's T grows with them where the samples differ in rows: there T and its p-value are by their definitions, in `alike`."""
    a, b = numpy.array(a, dtype=float), numpy.array(b, dtype=float)
    ordered = numpy.sort(a)
    edges = []
    for tenth in range(1, 10):
        value = ordered[tenth * len(a) // 10]
        if value > ordered[0] and (not edges or value != edges[-1]):
            edges.append(value)
    cells = [numpy.bincount(numpy.searchsorted(edges, x, side="right"), minlength=len(edges) + 1) for x in (a, b)]
    test = ks_2samp(a, b, method="exact")
    von_mises = ({"cramerVonMises": steps(a, b)} if are_alike else
                 {"cramerVonMises": float(cramervonmises_2samp(a, b).statistic),
                  "cramerVonMisesPValue": float(cramervonmises_2samp(a, b, method="asymptotic").pvalue)})
    return {
        "name": name, "reference": a.tolist(), "current": b.tolist(), "populationStabilityIndex": psi(*cells),
        "jensenShannonDistance": float(jensenshannon(*cells, base=2)),
        "hellingerDistance": float(numpy.sqrt(1 - numpy.sqrt(cells[0] / len(a) * cells[1] / len(b)).sum())),
        "kolmogorovSmirnov": {"statistic": float(test.statistic), "pValue": float(test.pvalue)},
        "wassersteinDistance": float(wasserstein_distance(a, b)), "normedWassersteinDistance": float(wasserstein_distance(a, b) / a.std()),
    } | von_mises


def categories(name, a, b):
    names = sorted(set(a) | set(b))
    cells = [[sum(x == n for x in t) for n in names] for t in (a, b)]
    chi = chi2_contingency(cells, correction=False)
    return {"name": name, "reference": a, "current": b, "populationStabilityIndex": psi(*cells),
            "jensenShannonDistance": float(jensenshannon(*cells, base=2)),
            "hellingerDistance": float(numpy.sqrt(1 - numpy.sqrt(numpy.array(cells[0]) / len(a) * numpy.array(cells[1]) / len(b)).sum())),
            "chiSquare": {"statistic": float(chi.statistic), "pValue": float(chi.pvalue)}}


values = {
    "versions": {"numpy": numpy.__version__, "scipy": scipy.__version__},
    "numbers": [
        numbers("same distribution", random.normal(0, 1, 300), random.normal(0, 1, 200)),
        numbers("shifted", random.normal(0, 1, 250), random.normal(0.8, 1.4, 350)),
        numbers("ties", random.integers(0, 6, 120), random.integers(1, 8, 90), are_alike=True),
        numbers("skewed", random.exponential(3, 150), random.exponential(2, 150) - 1),
    ],
    "alike": [],
    "categories": [
        categories("same", [str(x) for x in random.integers(0, 4, 200)], [str(x) for x in random.integers(0, 4, 160)]),
        categories("new and lost", ["a"] * 30 + ["b"] * 50 + ["gone"] * 9, ["a"] * 60 + ["b"] * 10 + ["new"] * 12),
    ],
}
random = numpy.random.default_rng(6)
values["alike"] = [
    alike("coins", random.binomial(1, 0.4, 60).astype(float), random.binomial(1, 0.45, 300).astype(float)),
    alike("counts", random.poisson(1, 150).astype(float), random.poisson(1.3, 50).astype(float)),
    alike("mostly zero", random.poisson(3, 80) * random.binomial(1, 0.3, 80).astype(float), random.poisson(4, 40) * random.binomial(1, 0.4, 40).astype(float)),
    alike("tenths", random.normal(0, 1, 40).round(1), random.normal(0.5, 1, 90).round(1)),
]
(here / "values.json").write_text(json.dumps(values, indent=1) + "\n")
