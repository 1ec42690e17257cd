#!/usr/bin/env python3
"""Figures of scikit-learn, scipy, fairlearn and aif360 on Adult's scores (../metrics/scores.parquet), on weighted and tied tables, on three classes and on
numbers. Writes values.json beside this file. A null is a figure that the peer does not define."""
import json
import pathlib
import warnings

import numpy
import pandas
import sklearn
import sklearn.metrics as sk
from aif360.sklearn import metrics as aif
from fairlearn.metrics import MetricFrame, false_negative_rate, true_negative_rate
from scipy.stats import chi2, ks_2samp

warnings.simplefilter("ignore")
here = pathlib.Path(__file__).parent


def figures(truth, scores, threshold, weights=None):
    predicted = (scores >= threshold).astype(int)
    w = {"sample_weight": weights}
    tn, fp, fn, tp = sk.confusion_matrix(truth, predicted, sample_weight=weights).ravel()
    out = {
        "rocAUC": sk.roc_auc_score(truth, scores, **w), "prAUC": sk.average_precision_score(truth, scores, **w),
        "logLoss": sk.log_loss(truth, scores, **w), "brierScore": sk.brier_score_loss(truth, scores, **w),
        "accuracy": sk.accuracy_score(truth, predicted, **w), "balancedAccuracy": sk.balanced_accuracy_score(truth, predicted, **w),
        "precision": sk.precision_score(truth, predicted, **w), "recall": sk.recall_score(truth, predicted, **w),
        "specificity": tn / (tn + fp), "f1": sk.f1_score(truth, predicted, **w),
        "matthewsCorrelation": sk.matthews_corrcoef(truth, predicted, **w), "cohenKappa": sk.cohen_kappa_score(truth, predicted, **w),
    }
    if weights is None:
        out["kolmogorovSmirnov"] = ks_2samp(scores[truth == 1], scores[truth == 0]).statistic
    return {name: float(value) for name, value in out.items()}


def calibration(truth, scores, count=10):
    """The definitions, with numpy: uniform bins [k/count, (k+1)/count)."""
    bins = numpy.minimum((scores * count).astype(int), count - 1)
    edges = numpy.array([k / count for k in range(1, count)])
    bins = numpy.searchsorted(edges, scores, side="right")
    gaps, weights, statistic, filled = [], [], 0.0, 0
    for k in range(count):
        inside = bins == k
        if inside.any():
            filled += 1
            observed, expected, n = truth[inside].sum(), scores[inside].sum(), inside.sum()
            gaps.append(abs(observed - expected) / n)
            weights.append(n)
            statistic += (observed - expected) ** 2 / (expected * (1 - expected / n))
    return {"expected": float(numpy.average(gaps, weights=weights)), "maximum": float(max(gaps)), "hosmerLemeshow": float(statistic),
            "pValue": float(chi2(filled - 2).sf(statistic))}


def grouped(truth, scores, groups, threshold):
    predicted = (scores >= threshold).astype(int)
    above = (scores > numpy.median(scores)).astype(int)
    metrics = {
        "trueNegativeRate": true_negative_rate, "falseNegativeRate": false_negative_rate, "accuracy": sk.accuracy_score,
        "falseDiscoveryRate": lambda t, p: 1 - sk.precision_score(t, p), "negativePredictiveValue": lambda t, p: sk.precision_score(1 - t, 1 - p),
        "falseOmissionRate": lambda t, p: 1 - sk.precision_score(1 - t, 1 - p), "baseRate": lambda t, p: t.mean(),
    }
    out = {}
    for name, metric in [*metrics.items(), ("scoringRate", lambda t, p: p.mean())]:
        frame = MetricFrame(metrics=metric, y_true=truth, y_pred=above if name == "scoringRate" else predicted, sensitive_features=groups)
        out[name] = {
            "groups": {str(k): float(v) for k, v in frame.by_group.items()}, "overall": float(frame.overall),
            "difference": float(frame.difference(method="between_groups")), "ratio": float(frame.ratio(method="between_groups")),
            "overallDifference": float(frame.difference(method="to_overall")), "overallRatio": float(frame.ratio(method="to_overall")),
        }
    return out


table = pandas.read_parquet(here / "../metrics/scores.parquet")
truth, scores = table["income"].astype(int).to_numpy(), table["score"].to_numpy()
random = numpy.random.default_rng(11)
small = {"scores": (random.integers(0, 8, 80) / 8).tolist(), "labels": random.integers(0, 2, 80).tolist(), "weights": (random.integers(0, 9, 80) / 4).tolist()}
s, l, w = (numpy.array(small[k]) for k in ("scores", "labels", "weights"))

race = table["race"].astype(str).to_numpy()
both = numpy.array([f"{a},{b}" for a, b in zip(table["sex"].astype(str), race)])
predicted = (scores >= 0.5).astype(int)
privileged = numpy.where(table["sex"].astype(str) == "Male", 1, 0)
indexed = pandas.MultiIndex.from_arrays([privileged], names=["sex"])
y, p = pandas.Series(truth, index=indexed), pandas.Series(predicted, index=indexed)

k = 3
labels3 = random.integers(0, k, 120)
raw = random.random((120, k)) + 0.6 * numpy.eye(k)[labels3]
scores3 = raw / raw.sum(axis=1, keepdims=True)
predicted3 = scores3.argmax(axis=1)
weights3 = random.integers(1, 5, 120)


def multiclass(weights=None):
    w = {"sample_weight": weights}
    out = {"accuracy": sk.accuracy_score(labels3, predicted3, **w), "cohenKappa": sk.cohen_kappa_score(labels3, predicted3, **w),
           "topK": sk.top_k_accuracy_score(labels3, scores3, k=2, **w), "logLoss": sk.log_loss(labels3, scores3, **w)}
    for name, metric in (("precision", sk.precision_score), ("recall", sk.recall_score), ("f1", sk.f1_score)):
        out[name] = {a: float(metric(labels3, predicted3, average=a, **w)) for a in ("macro", "micro", "weighted")}
    out["rocAUC"] = {a: float(sk.roc_auc_score(labels3, scores3, multi_class="ovr", average=a, **w)) for a in ("macro", "weighted")}
    out["confusion"] = sk.confusion_matrix(labels3, predicted3, **w).astype(float).tolist()
    return {name: float(value) if numpy.isscalar(value) else value for name, value in out.items()}


numbers = random.gamma(2, 3, 90)
guesses = numbers * random.uniform(0.6, 1.5, 90)
nweights = random.integers(1, 6, 90)


def regression(weights=None):
    w = {"sample_weight": weights}
    return {name: float(value) for name, value in {
        "rootMeanSquaredError": sk.root_mean_squared_error(numbers, guesses, **w), "meanAbsoluteError": sk.mean_absolute_error(numbers, guesses, **w),
        "meanAbsolutePercentageError": sk.mean_absolute_percentage_error(numbers, guesses, **w), "r2": sk.r2_score(numbers, guesses, **w),
        "quantileLoss": sk.mean_pinball_loss(numbers, guesses, alpha=0.3, **w), "poissonDeviance": sk.mean_poisson_deviance(numbers, guesses, **w),
        "gammaDeviance": sk.mean_gamma_deviance(numbers, guesses, **w)}.items()}


values = {
    "versions": {"scikit-learn": sklearn.__version__, "numpy": numpy.__version__},
    "adult": {"performance": figures(truth, scores, 0.5), "calibration": calibration(truth, scores),
              "race": grouped(truth, scores, race, 0.5), "sex,race": grouped(truth, scores, both, 0.5)},
    "aif360": {"theilIndex": float(aif.theil_index(1 + predicted - truth)), "generalizedEntropy": float(aif.generalized_entropy_index(1 + predicted - truth, alpha=2)),
               "averageOdds": float(aif.average_odds_difference(y, p, prot_attr="sex", priv_group=1)),
               "disparateImpact": float(aif.disparate_impact_ratio(y, p, prot_attr="sex", priv_group=1))},
    "weighted": {**small, "performance": figures(l, s, 0.5, w), "unweighted": figures(l, s, 0.5), "calibration": calibration(l, s)},
    "multiclass": {"labels": labels3.tolist(), "scores": scores3.tolist(), "weights": weights3.tolist(), "plain": multiclass(), "weighted": multiclass(weights3)},
    "regression": {"truth": numbers.tolist(), "predictions": guesses.tolist(), "weights": nweights.tolist(), "plain": regression(),
                   "weighted": regression(nweights)},
}


def finite(value):
    if isinstance(value, dict):
        return {key: finite(member) for key, member in value.items()}
    if isinstance(value, list):
        return [finite(member) for member in value]
    return None if isinstance(value, float) and not numpy.isfinite(value) else value


(here / "values.json").write_text(json.dumps(finite(values), indent=1, allow_nan=False) + "\n")
