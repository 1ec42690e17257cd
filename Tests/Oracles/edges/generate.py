#!/usr/bin/env python3
"""Where definitions of figures meet their edges: scores on the edges of bins, weights and medians, and p-values far out in the tails. Writes values.json beside this file.

The tails of Cramér and von Mises' limiting distribution are not scipy's, whose series stops at 1e-7: they are Anderson and Darling's series (1952, formula 4.35) to 180 digits by mpmath.
"""
import json
import pathlib

import mpmath
import numpy
import scipy
import scipy.stats
import sklearn
from sklearn.calibration import calibration_curve

here = pathlib.Path(__file__).parent
random = numpy.random.default_rng(20261125)


def omega(x):
    mpmath.mp.dps = 180
    x = mpmath.mpf(x)
    total = mpmath.mpf(0)
    for k in range(4000):
        y = mpmath.mpf(4 * k + 1)
        q = y * y / (16 * x)
        term = mpmath.gamma(k + mpmath.mpf(1) / 2) / (mpmath.gamma(k + 1)) / (mpmath.pi ** mpmath.mpf(1.5) * mpmath.sqrt(x))
        term *= mpmath.sqrt(y) * mpmath.exp(-q) * mpmath.besselk(mpmath.mpf(1) / 4, q)
        total += term
        if term < mpmath.mpf(10) ** -175:
            break
    return float(1 - total)


squares = [{"x": x, "above": omega(x)} for x in (0.02, 0.05, 0.09, 0.1, 0.2, 0.46136, 1, 3, 8, 30, 60)]

samples = []
for n, m, shift, digits in ((1500, 1640, 0.25, 12), (400, 9000, 0.1, 12), (60, 45, 0.6, 1), (9000, 8000, 0.02, 12), (3000, 2000, 0, 2)):
    first = numpy.round(random.normal(0, 1, n), digits)
    second = numpy.round(random.normal(shift, 1, m), digits)
    found = scipy.stats.ks_2samp(first, second, method="exact")
    samples.append({"first": n, "second": m, "statistic": float(found.statistic), "pValue": float(found.pvalue)})

# Beyond 10,000 a side scipy takes the distribution of one sample of nm/(n + m) values.
large = []
for n, m, d in ((20000, 30000, 0.012), (20000, 30000, 0.02), (1000000, 1000000, 0.002), (15000, 500000, 0.01), (12000, 12000, 0.03)):
    large.append({"first": n, "second": m, "statistic": d, "pValue": float(scipy.stats.distributions.kstwo.sf(d, round(n * m / (n + m))))})

scores = numpy.round(random.beta(1.3, 1.7, 600), 1)
scores = numpy.concatenate([scores, numpy.round(random.beta(1.3, 1.7, 600), 2), [0, 1, 0, 1]])
labels = (random.uniform(size=len(scores)) < scores * 0.8 + 0.1).astype(int)
reliability = {"scores": scores.tolist(), "labels": labels.tolist(), "uniform": []}
for bins in (3, 7, 10, 20):
    observed, predicted = calibration_curve(labels, scores, n_bins=bins, strategy="uniform")
    edges = numpy.linspace(0, 1, bins + 1)
    counts = numpy.bincount(numpy.searchsorted(edges[1:-1], scores), minlength=bins)
    counts = counts[counts > 0]
    reliability["uniform"].append({
        "bins": bins, "observed": observed.tolist(), "predicted": predicted.tolist(), "rows": counts.tolist(),
        "expectedError": float((counts * numpy.abs(observed - predicted)).sum() / len(scores)),
    })

# The median of rows that are repeated as often as their weights say is the weighted one.
medians = []
for rows in (7, 8, 200, 201):
    values = numpy.round(random.uniform(size=rows), 2)
    weights = random.integers(0, 6, rows)
    medians.append({"scores": values.tolist(), "weights": weights.tolist(), "median": float(numpy.median(numpy.repeat(values, weights)))})

values = {
    "squares": squares, "kolmogorov": samples, "kolmogorovLarge": large, "reliability": reliability, "medians": medians,
    "versions": {"scipy": scipy.__version__, "sklearn": sklearn.__version__, "numpy": numpy.__version__, "mpmath": mpmath.__version__},
}
(here / "values.json").write_text(json.dumps(values, indent=1) + "\n")
