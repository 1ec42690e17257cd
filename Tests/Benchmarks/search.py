"""The jobs of Search/main.swift by Optuna and fairlearn. Prints one line a job: name, seconds, and what it came to."""

import logging
import math
import sys
import time
import warnings

import numpy
import optuna
import pandas

optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.simplefilter("ignore")
logging.disable(logging.WARNING)


def branin(trial):
    x, y = trial.suggest_float("x", -5, 10), trial.suggest_float("y", 0, 15)
    bend = y - 5.1 / (4 * math.pi**2) * x * x + 5 / math.pi * x - 6
    return bend * bend + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10


def mixed(trial):
    base = sum((trial.suggest_float(f"r{i}", -5, 5) - 1) ** 2 for i in (1, 2, 3))
    depth = trial.suggest_int("depth", 1, 8) - 5
    return base + depth * depth / 4 + (0 if trial.suggest_categorical("kind", ["a", "b", "c"]) == "b" else 2)


def logarithmic(trial):
    rate = math.log10(trial.suggest_float("rate", 0.0001, 1, log=True)) + 2
    penalty = math.log10(trial.suggest_float("penalty", 0.001, 1000, log=True))
    return rate * rate + penalty * penalty / 4 + rate * penalty / 4


for name, function in (("branin", branin), ("mixed", mixed), ("logarithmic", logarithmic)):
    total = 0.0
    start = time.perf_counter()
    for seed in range(20):
        study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed))
        study.optimize(function, n_trials=60)
        total += study.best_value
    print(f"search-{name}", (time.perf_counter() - start) / 1200, "best", total / 20, "optuna", optuna.__version__, flush=True)

if len(sys.argv) > 1:
    import fairlearn
    import xgboost
    from fairlearn.reductions import DemographicParity, EqualizedOdds, ExponentiatedGradient

    table = pandas.read_parquet(sys.argv[1])
    table = table[table["split"] == "train"].reset_index(drop=True)
    features = [name for name in table.columns if name not in ("fnlwgt", "income", "split")]
    X = pandas.DataFrame({name: table[name] if table[name].dtype.kind in "if" else pandas.Categorical(table[name]).codes for name in features})
    for name, constraint in (("demographicParity", DemographicParity), ("equalizedOdds", EqualizedOdds)):
        model = xgboost.XGBClassifier(n_estimators=50, max_depth=4, learning_rate=0.3, tree_method="hist", n_jobs=2)
        mitigator = ExponentiatedGradient(model, constraint(difference_bound=0.01), eps=0.01, max_iter=20)
        start = time.perf_counter()
        mitigator.fit(X, table["income"].astype(int), sensitive_features=table["sex"])
        print(f"gradient-{name}", time.perf_counter() - start, "fits", mitigator.n_oracle_calls_, "gap", mitigator.best_gap_, "fairlearn", fairlearn.__version__, flush=True)
