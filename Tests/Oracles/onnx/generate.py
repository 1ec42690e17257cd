"""Small ONNX models of the kinds that people export, and what ONNX Runtime says of them in Python.

A model's bytes change with the exporters' versions only; values.json has inputs and outputs of each.
"""
import json
import numpy as np
import onnx
import onnxruntime
import pandas
from lightgbm import LGBMClassifier
from onnx import TensorProto, helper, numpy_helper
from onnxmltools import convert_lightgbm
from onnxmltools.convert.common.data_types import FloatTensorType as LightGBMFloats
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, Int64TensorType, StringTensorType
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import BaggingClassifier, GradientBoostingRegressor, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

rng = np.random.default_rng(7)
numbers = rng.normal(size=(300, 4)).astype(np.float32)
target = (numbers[:, 0] + numbers[:, 1] * numbers[:, 2] > 0).astype(int)
three = np.digitize(numbers[:, 0], [-0.5, 0.5])
models = {}


def keep(name, model):
    del model.metadata_props[:]
    model.doc_string = ""
    models[name] = model.SerializeToString(deterministic=True)


logistic = LogisticRegression().fit(numbers, target)
keep("logistic", to_onnx(logistic, numbers[:1], options={"zipmap": False}, target_opset=17))
keep("zipmap", to_onnx(logistic, numbers[:1], target_opset=17))
texts = LogisticRegression().fit(numbers, np.array(["no", "yes"])[target])
keep("logistic-texts", to_onnx(texts, numbers[:1], options={"zipmap": False}, target_opset=17))
keep("zipmap-texts", to_onnx(texts, numbers[:1], target_opset=17))
named = LogisticRegression().fit(numbers, np.array(["high", "low", "middle"])[three])
keep("zipmap-names", to_onnx(named, numbers[:1], target_opset=17))
counted = LogisticRegression().fit(numbers, three + 1)
keep("zipmap-counted", to_onnx(counted, numbers[:1], target_opset=17))
# Columns the other way round: 1 first.
turned = to_onnx(logistic, numbers[:1], options={"zipmap": False}, target_opset=17)
for attribute in turned.graph.node[0].attribute:
    if attribute.name == "classlabels_ints":
        attribute.ints[:] = [1, 0]
keep("turned", turned)
# Its members' labels are 0 and 1, its own 1 and 2: the choice is looked up in a list.
bagging = BaggingClassifier(LogisticRegression(), n_estimators=2, random_state=3).fit(numbers, target + 1)
keep("bagging-numbers", to_onnx(bagging, numbers[:1], options={"zipmap": False}, target_opset=17))
bayes = GaussianNB().fit(numbers, np.array(["no", "yes"])[target])
keep("bayes-texts", to_onnx(bayes, numbers[:1], options={"zipmap": False}, target_opset=17))
# It fills gaps, and its logarithms of zeros are no numbers.
gaps = helper.make_graph(
    [helper.make_node("IsNaN", ["x"], ["m"]), helper.make_node("Where", ["m", "one", "x"], ["f"]), helper.make_node("Log", ["f"], ["l"]),
     helper.make_node("MatMul", ["l", "w"], ["z"]), helper.make_node("Softmax", ["z"], ["probabilities"], axis=1),
     helper.make_node("ArgMax", ["probabilities"], ["label"], axis=1, keepdims=0)], "gaps",
    [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, 2])],
    [helper.make_tensor_value_info("label", TensorProto.INT64, [None]), helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [None, 2])],
    [helper.make_tensor("w", TensorProto.FLOAT, [2, 2], [-1.0, 1.0, 1.0, -1.0]), helper.make_tensor("one", TensorProto.FLOAT, [], [1.0])])
keep("gaps", helper.make_model(gaps, ir_version=8, opset_imports=[helper.make_opsetid("", 15)]))
forest = RandomForestClassifier(30, max_depth=5, random_state=3).fit(numbers, three)
keep("forest", to_onnx(forest, numbers[:1], options={"zipmap": False}, target_opset=17))
boosted = GradientBoostingRegressor(n_estimators=40, max_depth=3, random_state=3).fit(numbers, numbers[:, 0] * numbers[:, 1])
keep("regressor", to_onnx(boosted, numbers[:1], target_opset=17))
light = LGBMClassifier(n_estimators=30, num_leaves=8, random_state=3, n_jobs=1, verbose=-1).fit(numbers, target)
keep("lightgbm", convert_lightgbm(light, initial_types=[("input", LightGBMFloats([None, 4]))], zipmap=False, target_opset=15))

# One input a column, texts among them.
people = pandas.DataFrame({
    "age": rng.integers(18, 80, 300).astype(np.int64),
    "income": rng.normal(50, 10, 300).astype(np.float32),
    "job": rng.choice(["clerk", "nurse", "smith"], 300),
    "town": rng.choice(["Bern", "Genève", "Zürich"], 300),
})
label = (people["income"] + 10 * (people["job"] == "nurse") > 52).astype(int)
columns = make_pipeline(
    ColumnTransformer([
        ("numbers", StandardScaler(), ["age", "income"]),
        ("texts", OneHotEncoder(handle_unknown="ignore"), ["job", "town"]),
    ]),
    LogisticRegression(),
).fit(people, label)
keep("columns", to_onnx(columns, initial_types=[
    ("age", Int64TensorType([None, 1])), ("income", FloatTensorType([None, 1])),
    ("job", StringTensorType([None, 1])), ("town", StringTensorType([None, 1])),
], options={"zipmap": False}, target_opset=17))


def linear(name, weight, bias, source, sink):
    return [helper.make_node("MatMul", [source, f"{name}.w"], [f"{name}.m"]), helper.make_node("Add", [f"{name}.m", f"{name}.b"], [sink])], [
        numpy_helper.from_array(weight, f"{name}.w"), numpy_helper.from_array(bias, f"{name}.b")]


def network(name, rows, kind, width=37):
    """What torch.onnx.export writes for a small perceptron."""
    draw = np.random.default_rng(5)
    nodes, weights, source = [], [], "features"
    for index, (into, out) in enumerate([(4, width), (width, 19), (19, 1)]):
        made, held = linear(f"layer{index}", draw.normal(size=(into, out)).astype(kind) / 3, draw.normal(size=out).astype(kind), source, f"layer{index}")
        nodes, weights = nodes + made, weights + held
        source = f"layer{index}"
        if index < 2:
            nodes.append(helper.make_node("Relu", [source], [source + ".r"]))
            source += ".r"
    nodes.append(helper.make_node("Sigmoid", [source], ["score"]))
    of = helper.np_dtype_to_tensor_dtype(np.dtype(kind))
    graph = helper.make_graph(
        nodes, name, [helper.make_tensor_value_info("features", of, [rows, 4])], [helper.make_tensor_value_info("score", of, [rows, 1])], weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


keep("network", network("network", "batch", np.float32))
keep("network-double", network("network", None, np.float64))
keep("network-fixed", network("network", 8, np.float32))


def graph(name, nodes, inputs, outputs, domains=()):
    made = helper.make_graph(nodes, name, inputs, outputs)
    return helper.make_model(
        made, opset_imports=[helper.make_opsetid("", 17)] + [helper.make_opsetid(domain, 1) for domain in domains], ir_version=8)


value = helper.make_tensor_value_info
# All six elements pass through; one input more than outputs, so that no count can be mistaken for another.
keep("elements", graph(
    "elements",
    [helper.make_node("Identity", ["f"], ["F"]), helper.make_node("Identity", ["d"], ["D"]), helper.make_node("Identity", ["i"], ["I"]),
     helper.make_node("Identity", ["l"], ["L"]), helper.make_node("Identity", ["b"], ["B"]), helper.make_node("Identity", ["s"], ["S"])],
    [value("f", TensorProto.FLOAT, ["n", 2]), value("d", TensorProto.DOUBLE, ["n"]), value("i", TensorProto.INT32, [3, None]),
     value("l", TensorProto.INT64, ["n", 1]), value("b", TensorProto.BOOL, ["n", 1]), value("s", TensorProto.STRING, ["n", 1]),
     value("unused", TensorProto.FLOAT, ["n", "m", 4])],
    [value("F", TensorProto.FLOAT, ["n", 2]), value("D", TensorProto.DOUBLE, ["n"]), value("I", TensorProto.INT32, [3, None]),
     value("L", TensorProto.INT64, ["n", 1]), value("B", TensorProto.BOOL, ["n", 1]), value("S", TensorProto.STRING, ["n", 1])]))
keep("half", graph(
    "half", [helper.make_node("Identity", ["x"], ["y"])], [value("x", TensorProto.FLOAT16, ["n", 1])], [value("y", TensorProto.FLOAT16, ["n", 1])]))
keep("unknown-operator", graph(
    "unknown", [helper.make_node("Frobnicate", ["x"], ["y"], domain="com.example")], [value("x", TensorProto.FLOAT, ["n", 1])],
    [value("y", TensorProto.FLOAT, ["n", 1])], ["com.example"]))
keep("image", graph(
    "image", [helper.make_node("ReduceMean", ["x"], ["y"], axes=[1, 2], keepdims=0)], [value("x", TensorProto.FLOAT, ["n", 8, 8])],
    [value("y", TensorProto.FLOAT, ["n"])]))
keep("sequence", graph(
    "sequence", [helper.make_node("SequenceConstruct", ["x", "x"], ["y"])], [value("x", TensorProto.FLOAT, ["n", 1])],
    [helper.make_tensor_sequence_value_info("y", TensorProto.FLOAT, None)]))
# Fails where a value is above 100: rows that name no row of the table.
lookup = graph(
    "lookup", [helper.make_node("Gather", ["table", "x"], ["y"])], [value("x", TensorProto.INT64, ["n"])], [value("y", TensorProto.FLOAT, ["n"])])
lookup.graph.initializer.append(numpy_helper.from_array(np.linspace(0, 1, 101, dtype=np.float32), "table"))
keep("lookup", lookup)
outside = network("outside", "batch", np.float32)
for tensor in outside.graph.initializer:
    tensor.data_location = TensorProto.EXTERNAL
    length = len(tensor.raw_data)
    tensor.ClearField("raw_data")
    for key, text in [("location", "weights.bin"), ("offset", "0"), ("length", str(length))]:
        entry = tensor.external_data.add()
        entry.key, entry.value = key, text
keep("outside", outside)

# The operator that ai.onnx.ml 5 has in the place of the two for trees: leaves are numbered apart from nodes. Two trees, of three splits and of one.
newer = helper.make_graph(
    [helper.make_node(
        "TreeEnsemble", ["x"], ["y"], domain="ai.onnx.ml", n_targets=1, tree_roots=[0, 3],
        nodes_featureids=[0, 1, 0, 1], nodes_splits=helper.make_tensor("splits", TensorProto.FLOAT, [4], [0, 1, -1, 0.5]),
        nodes_modes=helper.make_tensor("modes", TensorProto.UINT8, [4], [0, 0, 0, 0]),
        nodes_truenodeids=[1, 0, 1, 4], nodes_trueleafs=[0, 1, 1, 1], nodes_falsenodeids=[3, 2, 2, 5], nodes_falseleafs=[1, 0, 1, 1],
        leaf_targetids=[0] * 6, leaf_weights=helper.make_tensor("weights", TensorProto.FLOAT, [6], [1, 2, 3, 4, 5, 6]))],
    "trees", [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 2])], [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 1])])
keep("trees-5", helper.make_model(newer, opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 5)], ir_version=8))

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
rows = numbers[:40]
feeds = {
    **{name: {"X": rows} for name in ["logistic", "zipmap", "zipmap-names", "forest", "regressor", "turned", "bagging-numbers", "bayes-texts"]},
    "lightgbm": {"input": rows}, "network": {"features": rows}, "network-double": {"features": rows.astype(np.float64)},
    "network-fixed": {"features": rows[:8]},
    "columns": {name: people[name].to_numpy()[:40, None] for name in people.columns},
}
feeds["columns"] = {k: v.astype(object) if v.dtype.kind not in "fi" else v for k, v in feeds["columns"].items()}


def plain(result):
    if isinstance(result, list):
        return [{str(k): float(v) for k, v in row.items()} for row in result]
    return np.asarray(result).tolist()


values = {"onnxruntime": onnxruntime.__version__, "models": {}}
for name, feed in feeds.items():
    session = onnxruntime.InferenceSession(models[name], options)
    outputs = [o.name for o in session.get_outputs()]
    values["models"][name] = {
        "inputs": {k: v.tolist() for k, v in feed.items()},
        "outputs": {k: plain(v) for k, v in zip(outputs, session.run(None, feed))},
    }
for name, data in models.items():
    open(f"models/{name}.onnx", "wb").write(data)
json.dump(values, open("values.json", "w"), indent=1, sort_keys=True)
open("values.json", "a").write("\n")
