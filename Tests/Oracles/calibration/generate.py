#!/usr/bin/env python3
"""scikit-learn's and betacal's calibrators, and the thresholds that a plain search finds. Writes values.json beside this file."""
import json
import pathlib
import warnings

import betacal
import numpy
import sklearn
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV, _SigmoidCalibration
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import (accuracy_score, balanced_accuracy_score, confusion_matrix, fbeta_score, matthews_corrcoef)

here = pathlib.Path(__file__).parent
warnings.simplefilter("ignore")
places = numpy.concatenate([numpy.linspace(0.001, 0.999, 41), [0.0, 1.0]])


def table(seed, rows, bend, digits):
    random = numpy.random.default_rng(seed)
    scores = numpy.round(random.beta(1.2, 1.8, rows), digits)
    labels = random.random(rows) < 1 / (1 + numpy.exp(-(bend[0] * numpy.log((scores + 1e-3) / (1 - scores + 1e-3)) + bend[1])))
    return scores, labels, random.integers(0, 3, rows)


def case(name, scores, labels, groups, weights=None):
    clipped = numpy.clip(scores, 2.0**-52, 1 - 2.0**-52)
    odds = numpy.log(clipped / (1 - clipped))
    platt = _SigmoidCalibration().fit(odds, labels.astype(int), weights)
    isotonic = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(scores, labels.astype(float), weights)
    if weights is None:
        model = betacal.BetaCalibration(parameters="abm")
        model.fit(scores.reshape(-1, 1), labels.astype(int))
        chances = model.predict(numpy.clip(places, 2.0**-52, 1 - 2.0**-52).reshape(-1, 1))
        beta = [float(v) for v in chances]
    else:
        columns = numpy.column_stack([numpy.log(clipped), -numpy.log(1 - clipped)])
        model = LogisticRegression(C=1e12, tol=1e-12, max_iter=10000).fit(columns, labels, sample_weight=weights)
        inside = numpy.clip(places, 2.0**-52, 1 - 2.0**-52)
        beta = [float(v) for v in model.predict_proba(numpy.column_stack([numpy.log(inside), -numpy.log(1 - inside)]))[:, 1]]
    inside = numpy.clip(places, 2.0**-52, 1 - 2.0**-52)
    values = {
        "name": name, "scores": scores.tolist(), "labels": labels.tolist(), "groups": groups.tolist(),
        "weights": None if weights is None else weights.tolist(),
        "platt": {"slope": float(-platt.a_), "intercept": float(-platt.b_), "chances": platt.predict(numpy.log(inside / (1 - inside))).tolist()},
        "isotonic": isotonic.predict(places).tolist(), "beta": beta,
    }
    if weights is None:
        values["thresholds"] = thresholds(scores, labels, groups)
    return values


def thresholds(scores, labels, groups):
    """The best value of each objective over every distinct decision, and with a constraint."""
    cuts = [2.0] + sorted(set(scores), reverse=True)
    measures = {
        "accuracy": accuracy_score, "balancedAccuracy": balanced_accuracy_score, "matthewsCorrelation": matthews_corrcoef,
        "f2": lambda y, p: fbeta_score(y, p, beta=2, zero_division=0),
        "youden": lambda y, p: 2 * balanced_accuracy_score(y, p) - 1,
        "cost": lambda y, p: -(1 * confusion_matrix(y, p, labels=[False, True])[0, 1] + 5 * confusion_matrix(y, p, labels=[False, True])[1, 0]) / len(y),
    }
    found = {}
    for name, measure in measures.items():
        found[name] = float(max(measure(labels, scores >= cut) for cut in cuts))
    def ratio(cut):
        rates = [float(numpy.mean(scores[groups == g] >= cut)) for g in sorted(set(groups))]
        return min(rates) / max(rates) if max(rates) > 0 else -1
    def recall(cut):
        return float(numpy.mean(scores[labels] >= cut))
    found["accuracyWithRatio"] = float(max(accuracy_score(labels, scores >= cut) for cut in cuts if ratio(cut) >= 0.95))
    found["accuracyWithRecall"] = float(max(accuracy_score(labels, scores >= cut) for cut in cuts if recall(cut) >= 0.9))
    return found


class Given(ClassifierMixin, BaseEstimator):
    """A classifier whose scores are the features: chances for the isotonic method, log-odds for Platt's."""

    def fit(self, x, y):
        self.classes_ = numpy.unique(y)
        return self

    def predict_proba(self, x):
        return x


class GivenOdds(Given):
    predict_proba = None

    def decision_function(self, x):
        return numpy.log(x / (1 - x))


def multiclass(rows=120):
    """One against the rest, and every row's chances divided by their sum: CalibratedClassifierCV of several classes."""
    random = numpy.random.default_rng(5)
    truth = random.choice([0, 1, 2, 3], rows, p=[0.4, 0.3, 0.2, 0.1])
    z = random.normal(size=(rows, 4)) + 1.5 * numpy.eye(4)[truth]
    scores = numpy.exp(1.8 * z)
    scores = numpy.clip(numpy.round(scores / scores.sum(axis=1, keepdims=True), 6), 1e-6, 1 - 1e-6)
    weights = random.integers(1, 4, rows).astype(float)
    found = {"scores": scores.ravel().tolist(), "truth": truth.tolist(), "weights": weights.tolist()}
    for method, estimator in (("isotonic", Given()), ("platt", GivenOdds())):
        model = CalibratedClassifierCV(estimator.fit(scores, truth), method="isotonic" if method == "isotonic" else "sigmoid", cv="prefit")
        for name, own in (("", None), ("Weighted", weights)):
            found[method + name] = model.fit(scores, truth, sample_weight=own).predict_proba(scores).ravel().tolist()
    return found


tables = [table(1, 400, (1.7, -0.4), 6), table(2, 300, (0.6, 0.3), 2), table(3, 60, (3.0, 0.0), 1)]
random = numpy.random.default_rng(9)
values = {
    "versions": {"scikit-learn": sklearn.__version__, "numpy": numpy.__version__, "betacal": "1.1.0"},
    "places": places.tolist(),
    "tolerance": {"platt": 1e-4, "isotonic": 1e-12, "beta": 2e-4},
    "cases": [
        case("sharp", *tables[0]), case("tied", *tables[1]), case("few", *tables[2]),
        case("weighted", *tables[0], weights=random.integers(1, 4, 400).astype(float)),
    ],
    "multiclass": multiclass(),
}
(here / "values.json").write_text(json.dumps(values, indent=1) + "\n")
