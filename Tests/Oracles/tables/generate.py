#!/usr/bin/env python3
"""Figures of scikit-learn, scipy, fairlearn and aif360 on eight more tables: US census employment and flights (read from ../shared/data beside the repository), breast cancer, wine, digits
and diabetes (in scikit-learn), and two made to be awkward. Writes values.json beside this file: the columns that are read, and the figures."""
import json
import pathlib
import warnings

import numpy
import pandas
import sklearn
import sklearn.metrics as sk
from aif360.sklearn import metrics as aif
from fairlearn.metrics import MetricFrame, false_positive_rate, selection_rate, true_positive_rate
from scipy.stats import ks_2samp
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_wine
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

warnings.simplefilter("ignore")
here = pathlib.Path(__file__).parent
data = here / "../../../../shared/data"
random = numpy.random.default_rng(2024)


def thresholds(truth, scores, weights):
    """Every distinct score, or the highest that selects each whole percentage of the rows: what scikit-learn's curves have there."""
    w = numpy.ones(len(scores)) if weights is None else numpy.asarray(weights, dtype=float)
    fpr, tpr, levels = sk.roc_curve(truth, scores, drop_intermediate=False, sample_weight=weights)
    precision, _, ascending = sk.precision_recall_curve(truth, scores, sample_weight=weights)
    fpr, tpr, levels, precision = fpr[1:], tpr[1:], levels[1:], precision[:-1][::-1]
    assert (levels == ascending[::-1]).all()
    selected = numpy.array([w[scores >= level].sum() for level in levels]) / w.sum()
    places = range(len(levels))
    if len(levels) > 100:
        places = sorted({int(numpy.argmax(selected * 100 * (1 + 1e-9) >= percent)) for percent in range(1, 101)} | {len(levels) - 1})
    return [[float(x[place]) for x in (levels, tpr, fpr, precision, selected)] for place in places]


def binary(truth, scores, weights=None, groups=None, threshold=0.5):
    truth, scores = numpy.asarray(truth).astype(int), numpy.asarray(scores, dtype=float)
    predicted = (scores >= threshold).astype(int)
    w = {"sample_weight": weights}
    tn, fp, fn, tp = sk.confusion_matrix(truth, predicted, labels=[0, 1], sample_weight=weights).ravel()
    figures = {
        "rocAUC": sk.roc_auc_score(truth, scores, **w), "prAUC": sk.average_precision_score(truth, scores, **w),
        "logLoss": sk.log_loss(truth, scores, labels=[0, 1], **w), "brierScore": sk.brier_score_loss(truth, scores, **w),
        "accuracy": sk.accuracy_score(truth, predicted, **w), "balancedAccuracy": sk.balanced_accuracy_score(truth, predicted, **w),
        "precision": sk.precision_score(truth, predicted, zero_division=numpy.nan, **w), "recall": sk.recall_score(truth, predicted, **w),
        "specificity": tn / (tn + fp), "f1": sk.f1_score(truth, predicted, **w), "fBeta": sk.fbeta_score(truth, predicted, beta=2, **w),
        "matthewsCorrelation": sk.matthews_corrcoef(truth, predicted, **w), "cohenKappa": sk.cohen_kappa_score(truth, predicted, **w)}
    if weights is None:
        figures["kolmogorovSmirnov"] = ks_2samp(scores[truth == 1], scores[truth == 0]).statistic
    out = {"labels": truth.tolist(), "scores": scores.tolist(), "threshold": threshold, "performance": {k: float(v) for k, v in figures.items()}}
    out["thresholds"] = thresholds(truth, scores, weights)
    if weights is not None:
        out["weights"] = numpy.asarray(weights, dtype=float).tolist()
    if groups is not None:
        out["groups"], out["fairness"] = [str(g) for g in groups], {}
        for name, metric in (("selectionRate", selection_rate), ("truePositiveRate", true_positive_rate), ("falsePositiveRate", false_positive_rate),
                             ("accuracy", sk.accuracy_score)):
            parameters = {} if weights is None else {"sample_params": {"sample_weight": numpy.asarray(weights)}}
            frame = MetricFrame(metrics=metric, y_true=truth, y_pred=predicted, sensitive_features=numpy.asarray(out["groups"]), **parameters)
            out["fairness"][name] = {
                "groups": {k: float(v) for k, v in frame.by_group.items()}, "overall": float(frame.overall), "difference": float(frame.difference()),
                "ratio": float(frame.ratio()), "overallDifference": float(frame.difference(method="to_overall")),
                "overallRatio": float(frame.ratio(method="to_overall"))}
    return out


def multiclass(load, k):
    points, truth = load(return_X_y=True)
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.01)).fit(points[::2], truth[::2])
    scores = model.predict_proba(points[1::2]).round(6)
    scores /= scores.sum(axis=1, keepdims=True)
    truth = truth[1::2]
    predicted = scores.argmax(axis=1)
    out = {"labels": truth.tolist(), "scores": scores.tolist(), "k": k}
    figures = {"accuracy": sk.accuracy_score(truth, predicted), "cohenKappa": sk.cohen_kappa_score(truth, predicted),
               "topK": sk.top_k_accuracy_score(truth, scores, k=k), "logLoss": sk.log_loss(truth, scores)}
    figures = {name: float(value) for name, value in figures.items()}
    for name, metric in (("precision", sk.precision_score), ("recall", sk.recall_score), ("f1", sk.f1_score)):
        figures[name] = {a: float(metric(truth, predicted, average=a)) for a in ("macro", "micro", "weighted")}
    figures["rocAUC"] = {a: float(sk.roc_auc_score(truth, scores, multi_class="ovr", average=a)) for a in ("macro", "weighted")}
    return {**out, "figures": figures}


def regression(truth, predictions, quantile=0.8):
    truth, predictions = numpy.asarray(truth, dtype=float), numpy.asarray(predictions, dtype=float)
    figures = {"rootMeanSquaredError": sk.root_mean_squared_error(truth, predictions), "meanAbsoluteError": sk.mean_absolute_error(truth, predictions),
               "r2": sk.r2_score(truth, predictions), "quantileLoss": sk.mean_pinball_loss(truth, predictions, alpha=quantile)}
    if (truth != 0).all():
        figures["meanAbsolutePercentageError"] = sk.mean_absolute_percentage_error(truth, predictions)
    if (truth > 0).all() and (predictions > 0).all():
        figures["poissonDeviance"], figures["gammaDeviance"] = sk.mean_poisson_deviance(truth, predictions), sk.mean_gamma_deviance(truth, predictions)
    return {"truth": truth.tolist(), "predictions": predictions.tolist(), "quantile": quantile, "figures": {k: float(v) for k, v in figures.items()}}


people = pandas.read_parquet(data / "employment_ma.parquet").sample(3000, random_state=3)
# fairlearn has a rate of zero where a group has no row to count; here such a rate is undefined. Few rows of a race are taken together.
people["RAC1P"] = people["RAC1P"].astype(str).where(people["RAC1P"].map(people["RAC1P"].value_counts()) >= 60, "other")
features = people.select_dtypes("number").drop(columns=["employed", "SEX", "RAC1P"], errors="ignore").fillna(0)
employed = people["employed"].astype(int)
model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=500)).fit(features[:1000], employed[:1000])
employment = model.predict_proba(features[1000:])[:, 1].round(5)
flights = pandas.read_parquet(data / "flights.parquet").dropna().sample(1500, random_state=4)
points, sick = load_breast_cancer(return_X_y=True)
cancer = make_pipeline(StandardScaler(), LogisticRegression()).fit(points[:200, :4], sick[:200]).predict_proba(points[200:, :4])[:, 1]
sugar, progress = load_diabetes(return_X_y=True)
rare = (random.random(700) < 0.01).astype(int)
near = numpy.where(random.random(400) < 0.5, 0.0, 1.0)
near[::7] = 1 - near[::7] * 2.0 ** -53
small = random.random((300, 3))
decided = (small.sum(axis=1) + random.normal(0, 0.3, 300) > 1.5).astype(int)
letters = random.choice(list("abc"), 300)
alike = numpy.column_stack([StandardScaler().fit_transform(small[:, :2] * [1, 1000])] + [letters == letter for letter in "abc"])
values = {
    "versions": {"scikit-learn": sklearn.__version__, "numpy": numpy.__version__},
    "binary": {
        "employment": binary(employed[1000:], employment, groups=people["RAC1P"][1000:]),
        "employment, weighted": binary(employed[1000:], employment, weights=random.integers(1, 9, 2000) / 4, groups=people["SEX"][1000:]),
        "breast cancer": binary(sick[200:], cancer, threshold=0.7),
        "rare positives and ties": binary(rare, numpy.round(random.random(700) * 0.4 + 0.6 * rare * random.random(700), 1), threshold=0.3),
        "scores at the ends": binary(random.random(400) < 0.7 * near + 0.1, near, groups=numpy.where(random.random(400) < 0.02, "few", "many")),
        "weights over sixteen orders": binary(random.random(200) < 0.5, random.random(200), weights=10.0 ** random.integers(-8, 9, 200)),
    },
    "multiclass": {"wine": multiclass(load_wine, 2), "digits": multiclass(load_digits, 3)},
    "regression": {
        "diabetes": regression(progress[200:], LinearRegression().fit(sugar[:200], progress[:200]).predict(sugar[200:])),
        "air time of flights": regression(flights["air_time"], 20 + flights["distance"] * 0.12),
        "far from zero": regression(1e9 + random.random(300), 1e9 + random.random(300)),
    },
    "consistency": {"points": small.tolist(), "predictions": decided.tolist(), "value": float(aif.consistency_score(small, decided, n_neighbors=5)),
                    "letters": letters.tolist(), "ofColumns": float(aif.consistency_score(alike, decided, n_neighbors=5))},
}
(here / "values.json").write_text(json.dumps(values) + "\n")
