"""Generalised linear models and preprocessing as scikit-learn fits them, on a small table that is written into values.json.

Tolerances: coefficients 1e-6, preprocessing 1e-12.
"""
import json
import pathlib

import numpy as np
import sklearn
from sklearn.feature_extraction import FeatureHasher
from sklearn.impute import SimpleImputer
from sklearn.linear_model import ElasticNet, LinearRegression, LogisticRegression, PoissonRegressor, Ridge
from sklearn.preprocessing import KBinsDiscretizer, MinMaxScaler, OneHotEncoder, RobustScaler, StandardScaler, TargetEncoder

rng = np.random.default_rng(7)
n, p = 400, 5
x = rng.normal(size=(n, p)) * np.array([1.0, 2.0, 0.5, 10.0, 1.0]) + np.array([0, 1, 0, 5, -1])
w = rng.uniform(0.2, 3.0, size=n)
eta = 0.8 * x[:, 0] - 0.3 * x[:, 1] + 0.05 * x[:, 3]
binary = (rng.uniform(size=n) < 1 / (1 + np.exp(-eta))).astype(int)
classes = np.argmax(np.c_[eta, 0.5 * x[:, 2] + 0.3, -0.4 * x[:, 4]] + rng.gumbel(size=(n, 3)), axis=1)
number = eta + rng.normal(size=n)
count = rng.poisson(np.exp(np.clip(0.3 * eta, -3, 3)))
total = w.sum()

models = []


def add(name, task, label, penalty, l1, model, weighted):
    y = {"binary": binary, "classes": classes, "number": number, "count": count}[label]
    model.fit(x, y, sample_weight=w if weighted else None)
    models.append(
        dict(name=name, task=task, label=label, penalty=penalty, l1Share=l1, weighted=weighted,
             coefficients=np.ravel(model.coef_).tolist(), intercepts=np.ravel(model.intercept_).tolist()))


def logistic(penalty, l1, weighted, **more):
    # 1 / (C · Σ weights) is our penalty.
    c = np.inf if penalty == 0 else 1 / (penalty * (total if weighted else n))
    solver = "saga" if l1 > 0 else "newton-cholesky" if not more else "lbfgs"
    return LogisticRegression(C=c, l1_ratio=l1, solver=solver, tol=1e-13, max_iter=1_000_000, random_state=0)


for weighted in (False, True):
    s = " weighted" if weighted else ""
    add("logistic" + s, "binaryClassification", "binary", 0.0, 0.0, logistic(0.0, 0.0, weighted), weighted)
    add("logistic l2" + s, "binaryClassification", "binary", 0.01, 0.0, logistic(0.01, 0.0, weighted), weighted)
    add("logistic l1" + s, "binaryClassification", "binary", 0.02, 1.0, logistic(0.02, 1.0, weighted), weighted)
    add("logistic elastic net" + s, "binaryClassification", "binary", 0.02, 0.4, logistic(0.02, 0.4, weighted), weighted)
    add("multinomial l2" + s, "multiclassClassification", "classes", 0.01, 0.0, logistic(0.01, 0.0, weighted), weighted)
    add("multinomial elastic net" + s, "multiclassClassification", "classes", 0.01, 0.5, logistic(0.01, 0.5, weighted), weighted)
    add("linear" + s, "regression", "number", 0.0, 0.0, LinearRegression(), weighted)
    add("ridge" + s, "regression", "number", 0.05, 0.0, Ridge(alpha=0.05 * (total if weighted else n), tol=1e-14), weighted)
    add("lasso" + s, "regression", "number", 0.1, 1.0, ElasticNet(alpha=0.1, l1_ratio=1.0, tol=1e-15, max_iter=1_000_000), weighted)
    add("elastic net" + s, "regression", "number", 0.1, 0.3, ElasticNet(alpha=0.1, l1_ratio=0.3, tol=1e-15, max_iter=1_000_000), weighted)
    add("poisson" + s, "count", "count", 0.0, 0.0, PoissonRegressor(alpha=0.0, tol=1e-12, solver="newton-cholesky", max_iter=1000), weighted)
    add("poisson l2" + s, "count", "count", 0.1, 0.0, PoissonRegressor(alpha=0.1, tol=1e-12, solver="newton-cholesky", max_iter=1000), weighted)

# Preprocessing: fitted on the first 300 rows, applied to all.
train = 300
gaps = x[:, 1].copy()
gaps[rng.uniform(size=n) < 0.1] = np.nan
texts = rng.choice(["ash", "birch", "cedar", "oak", "yew"], p=[0.4, 0.3, 0.2, 0.08, 0.02], size=n)
texts[350] = "palm"
words = [" ".join(rng.choice(["red", "green", "old", "new", "café", "x"], size=rng.integers(0, 5))) for _ in range(n)]
g = gaps.reshape(-1, 1)
t = texts.reshape(-1, 1)
encoders = {}
for strategy, ours in (("mean", "mean"), ("median", "median"), ("most_frequent", "mostFrequent")):
    imputer = SimpleImputer(strategy=strategy).fit(np.round(g[:train], 1))
    encoders["impute " + ours] = imputer.transform(np.round(g, 1)).ravel().tolist()
for name, scaler in (("standard", StandardScaler()), ("minMax", MinMaxScaler()), ("robust", RobustScaler())):
    encoders["scale " + name] = [None if np.isnan(v) else v for v in scaler.fit(g[:train]).transform(g).ravel().tolist()]
for strategy in ("uniform", "quantile"):
    more = {"quantile_method": "linear"} if strategy == "quantile" else {}
    binner = KBinsDiscretizer(n_bins=6, encode="ordinal", strategy=strategy, subsample=None, **more).fit(x[:train, [0]])
    encoders["bin " + strategy] = binner.transform(x[:, [0]]).ravel().tolist()
one_hot = OneHotEncoder(handle_unknown="ignore", sparse_output=False).fit(t[:train])
encoders["oneHot"] = one_hot.transform(t).tolist()
encoders["targetEncode"] = TargetEncoder(smooth=10.0, target_type="binary").fit(t[:train], binary[:train]).transform(t).ravel().tolist()
encoders["targetEncode number"] = (
    TargetEncoder(smooth=3.0, target_type="continuous").fit(t[:train], number[:train]).transform(t).ravel().tolist())
shares = {c: float(np.mean(texts[:train] == c)) for c in set(texts[:train])}
encoders["frequencyEncode"] = [shares.get(c, 0.0) for c in texts]
# scikit-learn's hash is the same MurmurHash3, but signed and folded: only the hash is compared, through buckets of a power of two.
from sklearn.utils import murmurhash3_32
encoders["hashText"] = [
    [float(sum(1 for word in text.split() if murmurhash3_32(word, seed=0, positive=True) % 16 == b)) for b in range(16)] for text in words]

# Features far from zero, on very different scales. scikit-learn's Newton and quasi-Newton methods lose them as ours did, so the peer is given features of mean 0 and
# spread 1, which without a penalty is the same model; its coefficients are put on the features' own scale afterwards. With a penalty the spreads are left alone,
# since they say how much a coefficient is held: only the means, which no penalty sees, are taken out.
offsets = np.array([1e6, -1e6, 1e6, 3e5, 0.0])
spreads = np.array([1.0, 0.5, 1e3, 1e-2, 1.0])
z = rng.normal(size=(n, p))
far = z * spreads + offsets
eta_far = 0.8 * z[:, 0] - 0.5 * z[:, 1] + 0.3 * z[:, 2] + 0.2 * z[:, 3]
labels = dict(
    binary=(rng.uniform(size=n) < 1 / (1 + np.exp(-eta_far))).astype(int), number=eta_far + 1e6 + rng.normal(size=n),
    classes=np.argmax(np.c_[eta_far, 0.5 * z[:, 4], -0.4 * z[:, 1]] + rng.gumbel(size=(n, 3)), axis=1), count=rng.poisson(np.exp(0.5 * eta_far)))
shifted = []
mean = np.average(far, axis=0, weights=w)
deviation = far.std(axis=0)


def add_shifted(name, task, label, penalty, l1, model):
    unit = deviation if penalty == 0 else np.ones(p)
    model.fit((far - mean) / unit, labels[label], sample_weight=w)
    coefficients = np.atleast_2d(model.coef_) / unit
    shifted.append(dict(name=name, task=task, label=label, penalty=penalty, l1Share=l1, coefficients=coefficients.ravel().tolist(),
                        atMean=np.ravel(model.intercept_).tolist()))


add_shifted("logistic", "binaryClassification", "binary", 0.0, 0.0, logistic(0.0, 0.0, True))
add_shifted("linear", "regression", "number", 0.0, 0.0, LinearRegression())
add_shifted("poisson", "count", "count", 0.0, 0.0, PoissonRegressor(alpha=0.0, tol=1e-12, solver="newton-cholesky", max_iter=1000))
add_shifted("multinomial", "multiclassClassification", "classes", 0.0, 0.0, logistic(0.0, 0.0, True))
add_shifted("logistic l2", "binaryClassification", "binary", 0.01, 0.0, logistic(0.01, 0.0, True))
add_shifted("ridge", "regression", "number", 0.05, 0.0, Ridge(alpha=0.05 * total, tol=1e-14))
add_shifted("lasso", "regression", "number", 0.1, 1.0, ElasticNet(alpha=0.1, l1_ratio=1.0, tol=1e-15, max_iter=1_000_000))
add_shifted("poisson l2", "count", "count", 0.1, 0.0, PoissonRegressor(alpha=0.1, tol=1e-12, solver="newton-cholesky", max_iter=1000))

out = dict(
    shifted=dict(x=far.ravel().tolist(), means=mean.tolist(), models=shifted, **{k: v.tolist() for k, v in labels.items()}),
    versions=dict(scikit_learn=sklearn.__version__, numpy=np.__version__), tolerance=1e-6, train=train,
    x=x.ravel().tolist(), weights=w.tolist(), binary=binary.tolist(), classes=classes.tolist(), number=number.tolist(), count=count.tolist(),
    gaps=[None if np.isnan(v) else v for v in gaps.tolist()], texts=texts.tolist(), words=words, models=models, encoders=encoders)
pathlib.Path(__file__).with_name("values.json").write_text(json.dumps(out, ensure_ascii=False, sort_keys=True) + "\n")
