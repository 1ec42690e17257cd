"""Explanations beside their peers. `prepare FOLDER ADULT ROWS` trains and writes what both sides read; `measure FOLDER` times the peers and prints one line a job: name,
seconds, the error against exact values (or -) and what was run. Sampling methods are compared at equal error: the peer gets more samples until its error is no larger
than ours, which `measure` reads from FOLDER/ours.json."""

import json
import pathlib
import sys
import time

import numpy


def prepare(folder, adult, count):
    import pandas
    import xgboost
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    data = pandas.read_parquet(adult)
    features = [name for name in data.columns if name not in ("fnlwgt", "income", "split")]
    cells = numpy.column_stack([
        data[name].astype("category").cat.codes.astype("float32") if data[name].dtype.kind not in "if" else data[name].to_numpy("float32") for name in features])
    cells[cells == -1] = numpy.nan
    train, income = (data["split"] == "train").to_numpy(), data["income"].astype(int).to_numpy()
    rows = cells[~train][:count]
    rows.tofile(folder / "rows.f32")
    cells[train][:: 8].astype("float32").tofile(folder / "train.f32")
    for depth, rounds in ((6, 200), (3, 200), (9, 200)):
        parameters = {"objective": "binary:logistic", "max_depth": depth, "eta": 0.1, "tree_method": "hist", "nthread": 2, "seed": 1}
        xgboost.train(parameters, xgboost.DMatrix(cells[train], label=income[train]), rounds).save_model(folder / f"depth{depth}.ubj")
    # Fewer and more features: the first seven, and all beside columns that were shuffled.
    random = numpy.random.default_rng(4)
    shuffled = numpy.column_stack([random.permutation(cells[:, place]) for place in range(cells.shape[1])])
    for table in (cells[:, :7], numpy.hstack([cells, shuffled])):
        parameters = {"objective": "binary:logistic", "max_depth": 6, "eta": 0.1, "tree_method": "hist", "nthread": 2, "seed": 1}
        width = table.shape[1]
        xgboost.train(parameters, xgboost.DMatrix(table[train], label=income[train]), 200).save_model(folder / f"features{width}.ubj")
        table[~train][:count].astype("float32").tofile(folder / f"features{width}.f32")
    # Numbers only: what an ONNX network and a logistic model read.
    numbers = numpy.nan_to_num(cells, nan=-1)
    scaler = StandardScaler().fit(numbers[train])
    model = LogisticRegression(max_iter=500).fit(scaler.transform(numbers[train]), income[train])
    weights = model.coef_[0] / scaler.scale_
    linear = {
        "features": features, "coefficients": [weights.tolist()], "intercepts": [float(model.intercept_[0] - (weights * scaler.mean_).sum())], "link": "logistic"}
    (folder / "linear.json").write_text(json.dumps({"linear": linear, "categories": [name for name in features if data[name].dtype.kind not in "if"]}))
    numpy.nan_to_num(rows, nan=-1).astype("float32").tofile(folder / "numbers.f32")
    network(folder / "network.onnx", numbers[train], income[train], scaler)
    # Numbers of which no two are alike, so that nothing can be enumerated.
    smooth = random.normal(size=(5000, 13)).astype("float32")
    label = smooth[:, 0] * smooth[:, 1] + numpy.sin(2 * smooth[:, 2]) + smooth[:, 3] * smooth[:, 4] * smooth[:, 5] + smooth[:, 6:].sum(axis=1) / 3 > 0
    network(folder / "smooth.onnx", smooth, label.astype(int), StandardScaler().fit(smooth))
    smooth[:200].tofile(folder / "smooth.f32")


def network(path, rows, labels, scaler):
    """A perceptron with two hidden layers, in ONNX by hand."""
    from onnx import TensorProto, helper, numpy_helper
    from sklearn.neural_network import MLPClassifier

    model = MLPClassifier((64, 32), max_iter=12, random_state=1).fit(scaler.transform(rows), labels)
    weights = [numpy_helper.from_array(scaler.mean_.astype("float32"), "mean"), numpy_helper.from_array(scaler.scale_.astype("float32"), "scale")]
    nodes = [helper.make_node("Sub", ["features", "mean"], ["centred"]), helper.make_node("Div", ["centred", "scale"], ["x0"])]
    for index, (matrix, bias) in enumerate(zip(model.coefs_, model.intercepts_)):
        weights += [numpy_helper.from_array(matrix.astype("float32"), f"w{index}"), numpy_helper.from_array(bias.astype("float32"), f"b{index}")]
        nodes += [helper.make_node("MatMul", [f"x{index}", f"w{index}"], [f"m{index}"]), helper.make_node("Add", [f"m{index}", f"b{index}"], [f"a{index}"])]
        last = index == len(model.coefs_) - 1
        nodes.append(helper.make_node("Identity" if last else "Relu", [f"a{index}"], ["margin" if last else f"x{index + 1}"]))
    graph = helper.make_graph(
        nodes, "network", [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["n", rows.shape[1]])],
        [helper.make_tensor_value_info("margin", TensorProto.FLOAT, ["n", 1])], weights)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    path.write_bytes(made.SerializeToString())


def timed(body, runs=1):
    best, result = float("inf"), None
    for _ in range(runs):
        start = time.perf_counter()
        result = body()
        best = min(best, time.perf_counter() - start)
    return best, result


def said(name, seconds, error, what):
    print(name, seconds, "-" if error is None else error, what, flush=True)


def measure(folder):
    import shap
    import xgboost

    ours = json.loads((folder / "ours.json").read_text())
    width = len(json.loads((folder / "linear.json").read_text())["linear"]["features"])
    rows = numpy.fromfile(folder / "rows.f32", dtype="float32").reshape(-1, width)
    for threads in (1, 2):
        booster = xgboost.Booster({"nthread": threads}, model_file=folder / "depth6.ubj")
        matrix = xgboost.DMatrix(rows, nthread=threads)
        seconds, _ = timed(lambda: booster.predict(matrix, pred_contribs=True))
        said(f"tree-{threads}", seconds, None, f"xgboost {xgboost.__version__} pred_contribs, {threads} thread(s)")
    booster = xgboost.Booster(model_file=folder / "depth6.ubj")
    explainer = shap.TreeExplainer(booster, data=rows[:100], feature_perturbation="interventional")
    seconds, _ = timed(lambda: explainer(rows, check_additivity=False))
    said("interventional-1", seconds, None, f"shap {shap.__version__} TreeExplainer, 1 thread")
    kernel(folder, ours, "kernel", "network.onnx", "numbers.f32", width)
    kernel(folder, ours, "kernel-smooth", "smooth.onnx", "smooth.f32", 13)
    lime(folder, rows, width)


def kernel(folder, ours, job, model, table, width):
    """A network's margin for the same rows and background, with more samples until the error against exact values is no larger than ours; at most all coalitions."""
    import onnxruntime
    import shap

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(folder / model), options)
    numbers = numpy.fromfile(folder / table, dtype="float32").reshape(-1, width)
    exact = numpy.array(ours[job]["exact"]).reshape(-1, width)
    count = len(exact)
    explainer = shap.KernelExplainer(lambda part: session.run(None, {"features": part.astype("float32")})[0][:, 0], numbers[-100:])
    target, samples, most = ours[job]["error"], 256, 2**width - 2
    while True:
        numpy.random.seed(1)
        seconds, values = timed(lambda: explainer.shap_values(numbers[:count], nsamples=samples, silent=True, l1_reg=False))
        error = float(numpy.sqrt(((values - exact) ** 2).mean()))
        print(f"shap {job}: {samples} samples, {seconds:.2f} s, error {error:.2e} (ours {target:.2e})", file=sys.stderr)
        if error <= target or samples == most:
            break
        samples = min(most, samples * 3 // 2)
    said(job, seconds, error, f"shap {shap.__version__} KernelExplainer, {samples} samples, onnxruntime {onnxruntime.__version__}")


def lime(folder, rows, width):
    import importlib.metadata

    from lime.lime_tabular import LimeTabularExplainer

    described = json.loads((folder / "linear.json").read_text())
    linear = described["linear"]
    weights, intercept = numpy.array(linear["coefficients"][0]), linear["intercepts"][0]
    numbers = numpy.fromfile(folder / "numbers.f32", dtype="float32").reshape(-1, width).astype("float64")
    categories = [linear["features"].index(name) for name in described["categories"]]
    explainer = LimeTabularExplainer(
        numbers, mode="regression", feature_names=linear["features"], categorical_features=categories, feature_selection="auto", random_state=1)
    predict = lambda part: 1 / (1 + numpy.exp(-(part @ weights + intercept)))
    count = 200
    seconds, _ = timed(lambda: [explainer.explain_instance(row, predict, num_features=10, num_samples=5000) for row in numbers[:count]])
    said("lime", seconds * 1000 / count, None, f"lime {importlib.metadata.version('lime')}, 1 thread ({count} rows measured, scaled to 1000)")


if __name__ == "__main__":
    path = pathlib.Path(sys.argv[2])
    if sys.argv[1] == "prepare":
        prepare(path, sys.argv[3], int(sys.argv[4]))
    else:
        measure(path)
