#!/usr/bin/env python3
"""scipy's and statsmodels' figures for distributions, tests, intervals and corrections. Writes values.json beside this file."""
import json
import pathlib

import numpy
import scipy
import scipy.stats as st
import statsmodels
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint, proportions_ztest

here = pathlib.Path(__file__).parent


def tails(distribution, points):
    return [{"x": x, "below": float(distribution.cdf(x)), "above": float(distribution.sf(x))} for x in points]


def quantiles(distribution):
    return [{"p": p, "x": float(distribution.ppf(p))} for p in (1e-6, 0.01, 0.025, 0.2, 0.5, 0.8, 0.975, 0.999)]


def continuous(name, parameters, distribution, points):
    return {"name": name, "parameters": parameters, "tails": tails(distribution, points), "quantiles": quantiles(distribution)}


distributions = [
    continuous("normal", [], st.norm(), [-8, -3, -1.96, -0.5, 0, 0.1, 1, 2.5, 6, 20]),
    *[continuous("chiSquare", [k], st.chi2(k), [1e-6, 0.1, 1, 3.84, 10, 50, 120]) for k in (1, 2, 5, 40)],
    continuous("chiSquare", [20000], st.chi2(20000), [19000, 19990, 20000, 20500]),
    *[continuous("studentT", [k], st.t(k), [-30, -2, -0.3, 0, 0.7, 2.2, 12]) for k in (1, 3, 30, 5000)],
    *[continuous("fisherF", [a, b], st.f(a, b), [0.01, 0.5, 1, 3.5, 20]) for a, b in ((1, 1), (3, 17), (120, 80))],
    *[continuous("beta", [a, b], st.beta(a, b), [1e-4, 0.03, 0.3, 0.5, 0.9, 0.999])
      for a, b in ((0.5, 0.5), (1, 3), (7, 12.5), (300, 900), (40000, 60000))],
]

pairs = [(12, 40, 48, 80), (5, 9, 0, 7), (170, 390, 412, 797), (555, 1181, 667, 1390), (1, 2, 3, 4), (7, 17, 215, 412), (3000, 10000, 2800, 9000)]
two = []
for a, n, b, m in pairs:
    z, p = proportions_ztest([a, b], [n, m])
    exact = st.fisher_exact([[a, n - a], [b, m - b]])
    chi = st.chi2_contingency([[a, n - a], [b, m - b]], correction=False)
    newcombe = confint_proportions_2indep(a, n, b, m, method="newcomb", compare="diff")
    entry = {"a": a, "n": n, "b": b, "m": m, "z": float(z), "zP": float(p), "fisherP": float(exact.pvalue), "chi": float(chi.statistic),
             "chiP": float(chi.pvalue), "newcombe": [float(x) for x in newcombe]}
    if a and b:
        entry["katz"] = [float(x) for x in confint_proportions_2indep(a, n, b, m, method="log", compare="ratio", correction=False)]
    two.append(entry)

shares = [{"successes": k, "trials": n, "wilson": [float(x) for x in proportion_confint(k, n, 0.05, "wilson")],
           "clopperPearson": [float(x) for x in proportion_confint(k, n, 0.05, "beta")]}
          for k, n in ((0, 1), (1, 1), (0, 20), (7, 17), (170, 390), (999, 1000), (31978, 45222))]

tables = [[[12, 5, 9], [3, 8, 7]], [[100, 200], [90, 240], [30, 10]]]
chi = [{"table": t, "statistic": float(r.statistic), "p": float(r.pvalue), "degrees": int(r.dof)}
       for t in tables for r in [st.chi2_contingency(t, correction=False)]]

mcnemar = [{"first": a, "second": b, "p": float(st.binomtest(min(a, b), a + b).pvalue) if a + b else 1.0}
           for a, b in ((0, 0), (3, 9), (40, 41), (100, 160), (5, 5))]

p = [0.01, 0.04, 0.03, 0.005, 0.5, 0.5, 0.0001, 1.0]
corrections = {"p": p, "holm": [float(x) for x in multipletests(p, method="holm")[1]],
               "benjaminiHochberg": [float(x) for x in multipletests(p, method="fdr_bh")[1]]}

binomial = [{"k": k, "n": n, "p": q, "density": float(st.binom(n, q).pmf(k)), "below": float(st.binom(n, q).cdf(k))}
            for k, n, q in ((0, 5, 0.3), (3, 5, 0.3), (50, 100, 0.5), (30000, 100000, 0.301), (2, 1000000, 1e-6))]
hypergeometric = [{"population": N, "marked": K, "drawn": n, "count": k, "density": float(st.hypergeom(N, K, n).pmf(k))}
                  for N, K, n, k in ((20, 7, 12, 4), (1000, 40, 100, 3), (100000, 30000, 5000, 1480), (9, 9, 4, 4))]

noncentral = [{"degrees": k, "noncentrality": l, "x": x, "below": float(st.ncx2(k, l).cdf(x))}
              for k, l, x in ((1, 3, 0.5), (1, 7.1, 0.5), (4, 10, 3), (9, 40, 30), (1, 0.01, 2), (30, 200, 190), (2, 5000, 4800))]


def delong(positives, negatives):
    """The definition, pair by pair."""
    x, y = numpy.array(positives)[:, None], numpy.array(negatives)[None, :]
    psi = (x > y) + 0.5 * (x == y)
    return psi.mean(axis=1), psi.mean(axis=0)


random = numpy.random.default_rng(4)
first = (numpy.round(random.normal(1, 1, 40), 1).tolist(), numpy.round(random.normal(0, 1, 60), 1).tolist())
second = (numpy.round(numpy.array(first[0]) + random.normal(0, 0.7, 40), 1).tolist(), numpy.round(numpy.array(first[1]) + random.normal(0, 0.7, 60), 1).tolist())
v10, v01 = zip(delong(*first), delong(*second))
s = numpy.cov(v10) / 40 + numpy.cov(v01) / 60
areas = [float(v.mean()) for v in v10]
error = float(numpy.sqrt(s[0, 0] + s[1, 1] - 2 * s[0, 1]))
z = (areas[0] - areas[1]) / error
auc = {"first": first, "second": second, "areas": areas, "variances": [float(s[0, 0]), float(s[1, 1])], "error": error, "p": float(2 * st.norm.sf(abs(z)))}

values = {"versions": {"numpy": numpy.__version__, "scipy": scipy.__version__, "statsmodels": statsmodels.__version__},
          "distributions": distributions, "pairs": two, "shares": shares, "chiSquare": chi, "mcNemar": mcnemar, "corrections": corrections,
          "binomial": binomial, "hypergeometric": hypergeometric, "noncentralChiSquare": noncentral, "delong": auc}
(here / "values.json").write_text(json.dumps(values, indent=1) + "\n")
