#!/usr/bin/env python3
"""Trees of xgboost's Python package for every task, from a table that is written beside them: each tree's arrays as the package saves them.

What surrounds the trees in a file (names of categories, attributes, the version) differs between makers and is not compared.
Early stopping is done here as the engine documents it, written anew: which rows judge, the loss of each task, which round is kept."""
import json
import math
import pathlib

import numpy
import pandas
import xgboost

here = pathlib.Path(__file__).parent
rows = 400
random = numpy.random.default_rng(11)
x = numpy.round(random.normal(size=rows), 6)
z = numpy.where(random.random(rows) < 0.1, numpy.nan, numpy.round(random.random(rows) * 100, 3))
whole = random.integers(0, 20, rows)
flag = random.random(rows) < 0.4
kinds = ["ash", "birch", "cedar", "elm", "fir", "hazel", "lime", "oak"]
text = random.choice(kinds, rows)
effect = dict(zip(kinds, [0.8, -0.4, 0.1, -1, 0.3, 1.4, -0.7, 0.9]))
eta = x + 0.02 * numpy.nan_to_num(z) - 0.05 * whole + 0.7 * flag + numpy.array([effect[name] for name in text])
noise = random.normal(size=rows)
table = {
    "x": x.tolist(), "z": [None if numpy.isnan(value) else value for value in z.tolist()], "whole": whole.tolist(), "flag": flag.tolist(),
    "text": text.tolist(), "binary": (eta + noise > 0.5).astype(int).tolist(), "multiclass": numpy.digitize(eta + noise, [0, 1.5]).tolist(),
    "regression": numpy.round(eta + noise, 6).tolist(), "count": random.poisson(numpy.exp(numpy.clip(eta, -3, 2))).tolist(),
    "weight": numpy.round(random.random(rows) + 0.1, 4).tolist(),
}
table["quantile"] = table["regression"]
frame = pandas.DataFrame({
    "x": x.astype("float32"), "z": z.astype("float32"), "whole": whole.astype("float32"), "flag": flag,
    "text": pandas.Categorical(text, categories=kinds),
})
tasks = {
    "binary": {"objective": "binary:logistic"}, "multiclass": {"objective": "multi:softprob", "num_class": 3},
    "regression": {"objective": "reg:squarederror"}, "count": {"objective": "count:poisson"},
    "quantile": {"objective": "reg:quantileerror", "quantile_alpha": 0.8},
}
every = ["x", "z", "whole", "flag", "text"]
# What is given by the names of a Model spec, what XGBoost needs beside that, the features, whether rows have weights.
variants = [
    ("plain", {"rounds": 3, "maxDepth": 4, "learningRate": 0.3}, {}, every, False),
    ("sampled", {"rounds": 3, "maxDepth": 5, "learningRate": 0.2, "subsample": 0.7, "columnSample": 0.6, "minChildWeight": 3, "lambda": 2, "alpha": 0.1,
                 "gamma": 0.05, "seed": 42}, {}, every, True),
    ("approx", {"rounds": 2, "maxDepth": 3, "learningRate": 0.3, "treeMethod": "approx"}, {}, every, False),
    ("exact", {"rounds": 2, "maxDepth": 3, "learningRate": 0.3, "treeMethod": "exact"}, {}, every[:-1], True),
    ("monotone", {"rounds": 3, "maxDepth": 4, "learningRate": 0.3, "monotone": {"x": "decreasing", "whole": "increasing"}},
     {"monotone_constraints": "(-1,0,1,0,0)"}, every, False),
    ("interactions", {"rounds": 3, "maxDepth": 4, "learningRate": 0.3, "interactions": [["x", "z"], ["whole", "flag", "text"]]},
     {"interaction_constraints": "[[0,1],[2,3,4]]"}, every, True),
    ("one category", {"rounds": 3, "maxDepth": 3, "learningRate": 0.3, "oneHotLimit": 20}, {}, every, False),
    ("few categories", {"rounds": 3, "maxDepth": 3, "learningRate": 0.3, "oneHotLimit": 2, "categoriesPerSplit": 3}, {}, every, True),
    ("early", {"rounds": 40, "maxDepth": 3, "learningRate": 0.5, "seed": 3, "earlyStopping": {"share": 0.25, "rounds": 2}}, {}, every, True),
]
names = {"maxDepth": "max_depth", "learningRate": "eta", "subsample": "subsample", "columnSample": "colsample_bytree", "minChildWeight": "min_child_weight",
         "lambda": "lambda", "alpha": "alpha", "gamma": "gamma", "seed": "seed", "treeMethod": "tree_method", "oneHotLimit": "max_cat_to_onehot",
         "categoriesPerSplit": "max_cat_threshold"}
mask = (1 << 64) - 1


class Xoshiro:
    """xoshiro256** by SplitMix64, a stream of a seed, and Lemire's bounded numbers."""

    def __init__(self, seed, stream=None):
        if stream is not None:
            seed = Xoshiro(seed).next() ^ (stream * 0xD1342543DE82EF95 & mask)
        self.state = []
        for _ in range(4):
            seed = (seed + 0x9E3779B97F4A7C15) & mask
            word = (seed ^ (seed >> 30)) * 0xBF58476D1CE4E5B9 & mask
            word = (word ^ (word >> 27)) * 0x94D049BB133111EB & mask
            self.state.append(word ^ (word >> 31))

    def next(self):
        def rotate(value, count):
            return (value << count | value >> (64 - count)) & mask
        s = self.state
        result = rotate(s[1] * 5 & mask, 7) * 9 & mask
        shifted = s[1] << 17 & mask
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= shifted
        s[3] = rotate(s[3], 45)
        return result

    def below(self, bound):
        product = self.next() * bound
        while product & mask < (1 << 64) % bound:
            product = self.next() * bound
        return product >> 64


def judges(task, share, seed):
    """The rows that judge: the same share of each class."""
    source = Xoshiro(seed, 0x5706)
    strata = {}
    for row in range(rows):
        strata.setdefault(table[task][row] if task in ("binary", "multiclass") else 0, []).append(row)
    found = []
    for key in sorted(strata):
        order = strata[key]
        wanted = math.floor(len(order) * share + 0.5)
        for place in range(wanted):
            other = place + source.below(len(order) - place)
            order[place], order[other] = order[other], order[place]
        found += order[:wanted]
    return sorted(found)


def loss(task, predictions, truth, weights):
    sum_, total = 0.0, 0.0
    for row, y in enumerate(truth):
        value = float(predictions[row][int(y)]) if task == "multiclass" else float(predictions[row])
        inside = min(max(value, 2.0**-24), 1 - 2.0**-24)
        sum_ += weights[row] * {
            "binary": lambda: -math.log(inside) if y > 0 else -math.log(1 - inside), "multiclass": lambda: -math.log(inside),
            "regression": lambda: (value - y) ** 2, "count": lambda: 2 * ((y * math.log(y / value) if y > 0 else 0) - y + value),
            "quantile": lambda: 0.8 * (y - value) if y >= value else 0.2 * (value - y),
        }[task]()
        total += weights[row]
    return sum_ / total


def matrix(task, features, weighted, chosen):
    return xgboost.DMatrix(
        frame[features].iloc[chosen], label=numpy.array(table[task], dtype="float32")[chosen], enable_categorical=True, nthread=1,
        weight=numpy.array(table["weight"], dtype="float32")[chosen] if weighted else None)


def trained(task, parameters, settings, features, weighted):
    early = settings.get("earlyStopping")
    if not early:
        return xgboost.train(parameters, matrix(task, features, weighted, list(range(rows))), settings["rounds"])
    judging = judges(task, early["share"], settings["seed"])
    fitting = [row for row in range(rows) if row not in set(judging)]
    own, watched = matrix(task, features, weighted, fitting), matrix(task, features, weighted, judging)
    booster = xgboost.Booster(parameters, [own])
    best = (0, math.inf)
    for number in range(1, settings["rounds"] + 1):
        booster.update(own, number - 1)
        now = loss(task, booster.predict(watched), [table[task][row] for row in judging],
                   [table["weight"][row] if weighted else 1 for row in judging])
        if now < best[1]:
            best = (number, now)
        if number - best[0] >= early["rounds"]:
            break
    assert 1 < best[0] < settings["rounds"] - early["rounds"], (task, best)
    return booster[: best[0]]


def numbers(values, is_whole):
    # Nine digits say which 32-bit number it is.
    return [int(value) if is_whole else float(f"{numpy.float32(value):.9g}") for value in values]


whole_arrays = ["left_children", "right_children", "split_indices", "default_left", "split_type", "categories", "categories_nodes", "categories_segments",
                "categories_sizes"]
runs = []
for task, objective in tasks.items():
    for variant, settings, more, features, is_weighted in variants:
        parameters = {"tree_method": "hist", "nthread": 1, **objective, **{names[k]: v for k, v in settings.items() if k in names}, **more}
        booster = trained(task, parameters, settings, features, is_weighted)
        saved = json.loads(bytes(booster.save_raw("json")))["learner"]
        model = saved["gradient_booster"]["model"]
        trees = [{name: numbers(tree[name], name in whole_arrays) for name in whole_arrays + ["split_conditions", "base_weights", "sum_hessian"]}
                 for tree in model["trees"]]
        runs.append({"task": task, "variant": variant, "estimator": settings, "features": features, "weighted": is_weighted, "outputs": model["tree_info"],
                     "start": saved["learner_model_param"]["base_score"], "trees": trees})
versions = {"xgboost": xgboost.__version__, "numpy": numpy.__version__, "pandas": pandas.__version__}
text = json.dumps({"versions": versions, "table": table, "runs": runs}, allow_nan=False, separators=(",", ":"))
# One run a line, so that a difference shows where it is.
(here / "values.json").write_text(text.replace('{"task"', '\n{"task"') + "\n")
