"""Random tables, by `proviso measure` and by the Python peers: figures must agree to 1e-10 relative, and no table may be met by anything but figures, a reason why there
are none, or exit code 2. Prints what differs with the seed that makes it again; ends with 1 then.

    make fuzz-measures          FUZZ_TABLES (default 200) tables, from FUZZ_SEED (default 1) on
"""

import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy
import pandas
from scipy import stats
from sklearn import metrics

PROVISO = os.environ.get("PROVISO", str(pathlib.Path(__file__).resolve().parents[2] / ".build/debug/proviso"))
FAILURES = []


def table(random):
    """Labels, scores, weights and groups: few rows or many, ties, edges, one class, rare groups, odd names."""
    rows = int(random.choice([1, 2, 3, 5, 10, 30, 100, 300, 1000]))
    kind = random.integers(0, 6)
    scores = random.random(rows)
    if kind == 1:
        scores = numpy.round(scores, 1)
    elif kind == 2:
        scores = numpy.round(scores)
    elif kind == 3:
        scores = numpy.full(rows, 0.5)
    elif kind == 4:
        scores = random.beta(0.05, 0.05, rows)
    base = random.choice([0.0, 0.02, 0.5, 0.98, 1.0], p=[0.05, 0.2, 0.5, 0.2, 0.05])
    labels = (random.random(rows) < (scores if base == 0.5 else base)).astype(int)
    weights = random.choice([1.0, 0.0, 0.25, 3.0], rows, p=[0.5, 0.1, 0.2, 0.2]) if random.random() < 0.4 else None
    names = ["a", "b", "Ünïcødé", "it's \"q\", c", " "]
    groups = random.choice(names, rows, p=[0.5, 0.3, 0.1, 0.05, 0.05])
    missing = random.random(rows) < 0.05
    return rows, labels, scores, weights, groups, missing


def run(arguments):
    result = subprocess.run([PROVISO, "measure", *arguments, "--format", "json"], capture_output=True, text=True, check=False)
    if result.returncode not in (0, 1, 2):
        return None, f"exit {result.returncode}: {result.stderr[-300:]}"
    if result.returncode == 2:
        return None, None
    return json.loads(result.stdout), None


def same(seed, name, ours, theirs):
    value = None if ours is None else ours.get("value")
    if theirs is None or (isinstance(theirs, float) and math.isnan(theirs)):
        if value is not None:
            FAILURES.append(f"seed {seed}: {name} is {value}, the peer has none")
        elif ours is not None and not ours.get("undefined"):
            FAILURES.append(f"seed {seed}: {name} has neither value nor reason")
    elif value is None or abs(value - theirs) > 1e-10 * max(1, abs(theirs)):
        FAILURES.append(f"seed {seed}: {name} is {value}, the peer has {theirs}")
    elif "lower" in ours and not ours["lower"] - 1e-9 <= value <= ours["upper"] + 1e-9:
        FAILURES.append(f"seed {seed}: {name} {value} lies outside its bounds {ours['lower']} to {ours['upper']}")


def one(seed, folder):
    random = numpy.random.default_rng(seed)
    rows, labels, scores, weights, groups, missing = table(random)
    frame = pandas.DataFrame({"y": labels.astype(bool), "s": scores, "g": [None if gone else name for name, gone in zip(groups, missing)]})
    if weights is not None:
        frame["w"] = weights
    path = folder / f"{seed}.parquet"
    frame.to_parquet(path)
    common = ["--data", str(path), "--label", "y", "--score", "s", "--positive", "true"] + (["--weight", "w"] if weights is not None else [])
    counts = numpy.ones(rows) if weights is None else weights
    found, broken = run(["performance", *common])
    if broken:
        FAILURES.append(f"seed {seed}: performance, {broken}")
    if found:
        used = counts > 0
        y, s, w = labels[used], scores[used], counts[used]
        both = len(set(y)) == 2
        predicted = (s >= 0.5).astype(int)
        clipped = numpy.clip(s, 2.0**-52, 1 - 2.0**-52)
        positive = w[y == 1].sum()
        chosen = w[predicted == 1].sum()
        hits = w[(y == 1) & (predicted == 1)].sum()
        right = numpy.average(predicted == y, weights=w)
        same(seed, "rocAUC", found["rocAUC"], metrics.roc_auc_score(y, s, sample_weight=w) if both else None)
        same(seed, "prAUC", found["prAUC"], metrics.average_precision_score(y, s, sample_weight=w) if positive > 0 else None)
        same(seed, "logLoss", found["logLoss"], float(-numpy.average(numpy.where(y == 1, numpy.log(clipped), numpy.log1p(-clipped)), weights=w)))
        same(seed, "brierScore", found["brierScore"], float(numpy.average((s - y) ** 2, weights=w)))
        same(seed, "accuracy", found["accuracy"], float(right))
        same(seed, "precision", found["precision"], float(hits / chosen) if chosen > 0 else None)
        same(seed, "recall", found["recall"], float(hits / positive) if positive > 0 else None)
        same(seed, "f1", found["f1"], float(2 * hits / (positive + chosen)) if positive + chosen > 0 else None)
        if both:
            same(seed, "matthews", found["matthewsCorrelation"],
                 metrics.matthews_corrcoef(y, predicted, sample_weight=w) if len(set(predicted)) == 2 else None)
            same(seed, "kappa", found["cohenKappa"], metrics.cohen_kappa_score(y, predicted, sample_weight=w))
    found, broken = run(["fairness", *common, "--group", "g"])
    if broken:
        FAILURES.append(f"seed {seed}: fairness, {broken}")
    if found:
        names = numpy.where(missing, "(missing)", groups)
        measures = found["attributes"]["g"]
        for name in set(names):
            inside = (names == name) & (counts > 0)
            w, chosen = counts[inside], scores[inside] >= 0.5
            if not inside.any():
                continue
            same(seed, f"selection rate of {name!r}", measures["selectionRate"]["groups"].get(str(name)), float(w[chosen].sum() / w.sum()))
            positives = w[labels[inside] == 1].sum()
            hit = w[chosen & (labels[inside] == 1)].sum()
            same(seed, f"true-positive rate of {name!r}", measures["truePositiveRate"]["groups"].get(str(name)),
                 float(hit / positives) if positives > 0 else None)
    # Drift of the scores against other scores.
    other = random.random(int(random.choice([1, 2, 10, 200])))
    before = folder / f"{seed}-before.parquet"
    pandas.DataFrame({"s": other}).to_parquet(before)
    found, broken = run(["drift", "--data", str(path), "--reference", str(before), "--column", "s"])
    if broken:
        FAILURES.append(f"seed {seed}: drift, {broken}")
    if found:
        column = found["columns"]["s"]
        wanted = {"kolmogorovSmirnov": stats.ks_2samp(other, scores, method="asymp").statistic}
        same(seed, "KS", {"value": column["kolmogorovSmirnov"]["statistic"]}, float(wanted["kolmogorovSmirnov"]))
        same(seed, "Wasserstein", {"value": column["wassersteinDistance"]}, float(stats.wasserstein_distance(other, scores)))
    for file in (path, before):
        file.unlink()


def main():
    first, count = int(os.environ.get("FUZZ_SEED", "1")), int(os.environ.get("FUZZ_TABLES", "200"))
    with tempfile.TemporaryDirectory() as name:
        for seed in range(first, first + count):
            try:
                one(seed, pathlib.Path(name))
            except Exception as error:  # The seed is what helps.
                FAILURES.append(f"seed {seed}: {type(error).__name__}: {error}")
    print("\n".join(FAILURES[:50]))
    print(f"{count} tables from seed {first}: {len(FAILURES)} differences")
    sys.exit(1 if FAILURES else 0)


main()
