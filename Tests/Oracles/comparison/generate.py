#!/usr/bin/env python3
"""scikit-learn's figures of two models on the same rows and scipy's tests of their difference. Writes values.json beside this file.

Diabetes and wine come with scikit-learn, digits too; the models are scored on rows that they were not fitted to. The small tables are adversarial. Weighted means have
the variance of a weighted mean by its residuals, n/(n - 1) sum(w^2 (x - mean)^2) / sum(w)^2, and as many degrees of freedom as Kish's effective rows less one: Student's
distribution is scipy's. Where a test is of a mean it is equal to 1e-9 relative; the bootstrap of macro F1 is scipy's own with other draws, so that the tests state how near
it must be.
"""
import json
import pathlib

import numpy
import scipy
import scipy.stats as st
import sklearn
from sklearn.datasets import load_diabetes, load_digits, load_wine
from sklearn.ensemble import GradientBoostingRegressor, RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import (accuracy_score, f1_score, log_loss, mean_absolute_error, mean_pinball_loss, mean_poisson_deviance, mean_squared_error, r2_score)
from sklearn.model_selection import cross_val_predict
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

here = pathlib.Path(__file__).parent
random = numpy.random.default_rng(20261126)
margin = 0.05


def above(values, weights):
    """One-sided p of a mean above zero, and the standard error."""
    if weights is None:
        test = st.ttest_1samp(values, 0, alternative="greater")
        return float(test.pvalue), float(st.sem(values))
    mean, n = numpy.average(values, weights=weights), len(values)
    error = numpy.sqrt(n / (n - 1) * numpy.sum((weights * (values - mean)) ** 2)) / weights.sum()
    return float(st.t(weights.sum() ** 2 / numpy.sum(weights ** 2) - 1).sf(mean / error)), float(error)


def unseen(changes, allowed, worst, weights):
    """The chance that rows as dear as the dearest, which would make up for what the sample falls short of its margin, are not in it (the rule of three)."""
    rows = len(changes) if weights is None else weights.sum() ** 2 / numpy.sum(weights ** 2)
    share = numpy.average(allowed - changes, weights=weights) / (worst - max(0, changes.max()))
    return float((1 - min(1, max(0, share))) ** rows)


def few(changes, allowed, weights):
    """Rows that got worse as events of a Poisson number, each of the size that they have on average by their size."""
    mass = numpy.ones(len(changes)) if weights is None else weights
    worse = mass * numpy.maximum(changes, 0)
    if not worse.any():
        return 0.0
    size = numpy.sum(worse ** 2) / worse.sum()
    room = numpy.sum(mass * (allowed + numpy.maximum(-changes, 0)))
    return float(scipy.special.gammaincc(worse.sum() / size + 1, room / size))


def tested(champion, challenger, changes, allowed, worst, weights, plain=True):
    """`changes`: what a row costs more under the challenger; `allowed`: how much more is no matter; `worst`: what the dearest row of either costs."""
    worse, error = above(changes, weights)
    inferior = max(above(allowed - changes, weights)[0], unseen(changes, allowed, worst, weights), few(changes, allowed, weights))
    found = {"champion": float(champion), "challenger": float(challenger), "notWorse": worse, "nonInferior": inferior}
    if plain and weights is None:
        low, high = st.ttest_1samp(changes, 0).confidence_interval(0.95)
        found |= {"lower": float(low), "upper": float(high)}
    return found


def numbers(truth, champion, challenger, weights=None, quantile=None, count=False):
    table = {"truth": truth.tolist(), "champion": champion.tolist(), "challenger": challenger.tolist(), "quantile": quantile, "count": count,
             "weights": None if weights is None else weights.tolist()}
    figures = {}

    def loss(name, metric, term):
        old, new = term(truth, champion), term(truth, challenger)
        figures[name] = tested(metric(truth, champion, sample_weight=weights), metric(truth, challenger, sample_weight=weights), new - old, margin * old,
                               max(old.max(), new.max()), weights)

    if quantile is not None:
        loss("quantileLoss", lambda *a, **k: mean_pinball_loss(*a, alpha=quantile, **k), lambda t, p: numpy.where(t >= p, quantile * (t - p), (1 - quantile) * (p - t)))
        return table | {"figures": figures}
    loss("meanAbsoluteError", mean_absolute_error, lambda t, p: abs(t - p))
    if count:
        loss("poissonDeviance", mean_poisson_deviance, lambda t, p: 2 * (scipy.special.xlogy(t, t / p) - t + p))
    old, new = (truth - champion) ** 2, (truth - challenger) ** 2
    roots = [mean_squared_error(truth, each, sample_weight=weights) ** 0.5 for each in (champion, challenger)]
    figures["rootMeanSquaredError"] = tested(*roots, new - old, ((1 + margin) ** 2 - 1) * old, max(old.max(), new.max()), weights, plain=False)
    spread = (truth - numpy.average(truth, weights=weights)) ** 2
    figures["r2"] = tested(r2_score(truth, champion, sample_weight=weights), r2_score(truth, challenger, sample_weight=weights), new - old, margin * spread,
                           max(old.max(), new.max(), numpy.average(spread, weights=weights)), weights, plain=False)
    return table | {"figures": figures}


def classes(names, truth, champion, challenger, weights=None):
    old, new = champion.argmax(axis=1), challenger.argmax(axis=1)
    rights = (old == truth, new == truth)
    only = int((rights[0] & ~rights[1]).sum()), int((~rights[0] & rights[1]).sum())
    every = list(range(len(names)))

    def surprise(scores):
        return -numpy.log(numpy.clip(scores[numpy.arange(len(truth)), truth], 2.0 ** -52, 1 - 2.0 ** -52))

    figures = {"accuracy": {"champion": float(accuracy_score(truth, old, sample_weight=weights)), "challenger": float(accuracy_score(truth, new, sample_weight=weights))}}
    if weights is None:
        figures["accuracy"]["notWorse"] = float(st.binomtest(only[1], sum(only), alternative="less").pvalue) if sum(only) else 1.0
    figures["logLoss"] = tested(log_loss(truth, champion, labels=every, sample_weight=weights), log_loss(truth, challenger, labels=every, sample_weight=weights),
                                surprise(challenger) - surprise(champion), margin * surprise(champion),
                                max(surprise(champion).max(), surprise(challenger).max()), weights)

    def macro(answers, chosen=slice(None), mass=weights):
        return f1_score(truth[chosen], answers[chosen], average="macro", sample_weight=None if mass is None else mass[chosen])

    figures["macroF1"] = {"champion": float(macro(old)), "challenger": float(macro(new))}
    if weights is None:
        drawn = st.bootstrap((numpy.arange(len(truth)),), lambda rows: macro(new, rows) - macro(old, rows), vectorized=False, n_resamples=3000, method="BCa",
                             random_state=numpy.random.default_rng(1))
        figures["macroF1"] |= {"lower": float(drawn.confidence_interval.low), "upper": float(drawn.confidence_interval.high),
                               "notWorse": float((drawn.bootstrap_distribution >= 0).mean())}
    return {"classes": names, "labels": truth.tolist(), "champion": champion.tolist(), "challenger": challenger.tolist(), "figures": figures,
            "weights": None if weights is None else weights.tolist()}


def held_out(model, x, y, method="predict"):
    return cross_val_predict(model, x, y, cv=4, method=method).round(6)


tables = {}
x, y = load_diabetes(return_X_y=True)
linear, trees = held_out(LinearRegression(), x, y), held_out(GradientBoostingRegressor(random_state=1), x, y)
weights = random.uniform(0.2, 3, len(y)).round(3)
tables["diabetes"] = numbers(y, linear, trees)
tables["diabetes, turned round"] = numbers(y, trees, linear)
tables["diabetes, weighted"] = numbers(y, linear, trees, weights)
high = held_out(GradientBoostingRegressor(loss="quantile", alpha=0.8, random_state=1), x, y)
tables["diabetes, upper fifth"] = numbers(y, held_out(GradientBoostingRegressor(loss="quantile", alpha=0.8, n_estimators=20, random_state=1), x, y), high, quantile=0.8)
rate = numpy.exp(random.normal(0.5, 0.6, 300))
tables["counts"] = numbers(random.poisson(rate).astype(float), (rate * random.uniform(0.7, 1.4, 300)).round(4), (rate * random.uniform(0.5, 1.9, 300)).round(4), count=True)
outlier = random.normal(0, 1, 40).round(4)
tables["one row far off"] = numbers(outlier, numpy.zeros(40), numpy.append(numpy.zeros(39), 1000.0))
tables["ties"] = numbers(numpy.array([1.0, 1, 2, 2, 3, 3, 4, 4] * 4), numpy.array([1.0, 2] * 16), numpy.array([2.0, 2, 1, 3] * 8))

choices = {}
x, y = load_wine(return_X_y=True)
first = held_out(make_pipeline(StandardScaler(), LogisticRegression(C=0.02)), x[:, :4], y, "predict_proba")
second = held_out(KNeighborsClassifier(9), x[:, :4], y, "predict_proba")
names = ["barolo", "grignolino", "barbera"]
order = numpy.argsort(names)


def arranged(labels, *scores):
    """Classes in the order of their names."""
    place = numpy.argsort(order)
    return place[labels], *[each[:, order] for each in scores]


labels, first, second = arranged(y, first, second)
choices["wine"] = classes(sorted(names), labels, first, second)
choices["wine, turned round"] = classes(sorted(names), labels, second, first)
choices["wine, weighted"] = classes(sorted(names), labels, first, second, random.uniform(0.2, 3, len(y)).round(3))
x, y = load_digits(return_X_y=True)
part = numpy.arange(0, len(y), 4)
choices["digits"] = classes([str(n) for n in range(10)], y[part], held_out(GaussianNB(), x[part], y[part], "predict_proba"),
                            held_out(RandomForestClassifier(15, max_depth=4, random_state=1), x[part], y[part], "predict_proba"))

values = {"versions": {"scipy": scipy.__version__, "scikit-learn": sklearn.__version__, "numpy": numpy.__version__}, "margin": margin, "numbers": tables, "classes": choices}
(here / "values.json").write_text(json.dumps(values) + "\n")
