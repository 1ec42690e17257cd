"""The jobs of Search/main.swift by Optuna and fairlearn. Prints one line a job: name, seconds (of reductions the fastest of three), and what it came to."""

import logging
import math
import statistics
import sys
import time
import warnings

import numpy
import optuna
import pandas

optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.simplefilter("ignore")
logging.disable(logging.WARNING)


def hartmann(trial):
    x = [trial.suggest_float(f"x{i}", 0, 1) for i in range(6)]
    scale = [1.0, 1.2, 3.0, 3.2]
    steep = [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]]
    centers = [
        [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886], [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
        [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650], [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
    ]
    return -sum(scale[k] * math.exp(-sum(steep[k][i] * (x[i] - centers[k][i]) ** 2 for i in range(6))) for k in range(4))


def styblinski(trial):
    return sum((x**4 - 16 * x * x + 5 * x) / 2 for x in (trial.suggest_float(f"x{i}", -5, 5) for i in range(4)))


def learner(trial):
    rate, rounds = math.log10(trial.suggest_float("rate", 0.001, 1, log=True)), math.log10(trial.suggest_int("rounds", 10, 1000, log=True))
    penalty, depth = math.log10(trial.suggest_float("penalty", 0.001, 1000, log=True)), trial.suggest_int("depth", 1, 10)
    kind = trial.suggest_categorical("kind", ["exact", "hist", "linear"])
    best, base = {"exact": (3, 0.05), "hist": (6, 0), "linear": (1, 0.12)}[kind]
    return (base + 0.1 * (rate + rounds - 0.8) ** 2 + 0.02 * (rate + 1.5) ** 2 + 0.004 * (depth - best) ** 2
            + 0.01 * (penalty - 0.3 * depth) ** 2)


# The functions are none of those that our sampler was made with.
for name, function in (("hartmann6", hartmann), ("styblinski4", styblinski), ("learner", learner)):
    found = []
    start = time.perf_counter()
    for seed in range(100):
        study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed))
        study.optimize(function, n_trials=60)
        found.append(study.best_value)
    print(f"search-{name}", (time.perf_counter() - start) / 6000, "median best", statistics.median(found), "optuna", optuna.__version__, flush=True)

if len(sys.argv) > 1:
    import fairlearn
    import xgboost
    from fairlearn.reductions import DemographicParity, EqualizedOdds, ExponentiatedGradient

    table = pandas.read_parquet(sys.argv[1])
    table = table[table["split"] == "train"].reset_index(drop=True)
    features = [name for name in table.columns if name not in ("fnlwgt", "income", "split")]
    texts = {name: pandas.Categorical(table[name]) for name in features if table[name].dtype.kind not in "if"}
    # The same table as ours has, and the one that a user of the peer may make of it to be done sooner: numbers in place of categories, and no value missing.
    kinds = [("", {**table[features], **texts}), (", numbered categories", {**table[features], **{name: texts[name].codes for name in texts}})]
    for note, columns in kinds:
        X = pandas.DataFrame(columns)
        for name, constraint in (("demographicParity", DemographicParity), ("equalizedOdds", EqualizedOdds)):
            seconds = []
            for _ in range(3):
                model = xgboost.XGBClassifier(
                    n_estimators=50, max_depth=4, learning_rate=0.3, tree_method="hist", n_jobs=2, enable_categorical=True, max_cat_to_onehot=4,
                    max_cat_threshold=64)
                mitigator = ExponentiatedGradient(model, constraint(difference_bound=0.01), eps=0.01, max_iter=20)
                start = time.perf_counter()
                mitigator.fit(X, table["income"].astype(int), sensitive_features=table["sex"])
                seconds.append(time.perf_counter() - start)
            print(f"gradient-{name}", min(seconds), "fits", mitigator.n_oracle_calls_, "gap", mitigator.best_gap_, f"fairlearn {fairlearn.__version__}{note}", flush=True)
