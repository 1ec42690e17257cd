"""The measures' jobs by their peers, on tables drawn from the same distributions as Measures/main.swift draws. Prints one line a job: name, seconds and what was run.
Where a peer would take minutes it gets fewer rows, and the line says so."""

import sys
import time

import numpy
import pandas
from fairlearn.metrics import MetricFrame, false_positive_rate, selection_rate, true_positive_rate
from scipy.spatial.distance import jensenshannon
from scipy.stats import chi2_contingency, ks_2samp, wasserstein_distance
from sklearn.metrics import precision_score, roc_auc_score


def measure(name, what, body, runs=2, scale=1):
    best = float("inf")
    for _ in range(runs):
        start = time.perf_counter()
        body()
        best = min(best, time.perf_counter() - start)
    print(name, best * scale, what, flush=True)


random = numpy.random.default_rng(1)
count = 1_000_000
scores = random.random(count)
labels = (random.random(count) < scores).astype(int)
groups = random.integers(0, 6, count)
metrics = {"a": selection_rate, "b": true_positive_rate, "c": false_positive_rate, "d": precision_score}
measure("groups-1000000", "fairlearn MetricFrame, four measures, no intervals",
        lambda: MetricFrame(metrics=metrics, y_true=labels, y_pred=(scores >= 0.5).astype(int), sensitive_features=groups).by_group, runs=1)
few = 100_000
measure("groups-100000", "fairlearn MetricFrame, four measures, 1,000 bootstrap replicates for intervals (4 run, scaled)",
        lambda: MetricFrame(metrics=metrics, y_true=labels[:few], y_pred=(scores[:few] >= 0.5).astype(int), sensitive_features=groups[:few], n_boot=4,
                            ci_quantiles=[0.025, 0.975], random_state=1).by_group_ci, runs=1, scale=250)
ten = random.random(10_000_000)
truth = (random.random(10_000_000) < ten).astype(int)
measure("performance-10000000", "scikit-learn roc_auc_score alone", lambda: roc_auc_score(truth, ten))
a, b = (random.random((1_000_000, 4)).sum(axis=1) for _ in range(2))
measure("distances-of-one-column-1000000", "scipy ks_2samp and wasserstein_distance", lambda: (ks_2samp(a, b, method="asymp"), wasserstein_distance(a, b + 0.05)))
then, now = (pandas.Series([f"account-{1_000_000 + shift + code}" for code in random.integers(0, 200_000, count)], dtype="category") for shift in (0, 50_000))


def categories():
    counts = pandas.concat([then.value_counts(), now.value_counts()], axis=1).fillna(0).to_numpy().T
    return chi2_contingency(counts, correction=False), jensenshannon(*counts)


measure("drift-of-200000-categories-1000000", "pandas value_counts, scipy chi2_contingency and jensenshannon", categories)
if len(sys.argv) > 1:
    table = pandas.read_parquet(sys.argv[1])
    measure("profile", "pandas describe(include='all'), isna, nunique", lambda: (table.describe(include="all"), table.isna().sum(), table.nunique()))
