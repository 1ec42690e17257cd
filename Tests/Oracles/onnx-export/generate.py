"""What Python's ONNX tools say of files that Proviso writes.

models/*.model are Proviso's, models/*.onnx what it exports from them, and rows.json the rows to apply them to: all recorded by ONNXExportOracleTests
(RECORD=1). This script checks each file with onnx.checker and onnx.shape_inference and applies it with Python's onnxruntime, on one
thread; the predictions go to values.json. It also makes small networks; *-int8.onnx are Proviso's quantisations of them, compared with the same arithmetic in numpy.
"""
import json
from pathlib import Path
import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

folder = Path("models")
rng = np.random.default_rng(11)
values = {"versions": {"onnx": onnx.__version__, "onnxruntime": onnxruntime.__version__}, "models": {}, "networks": {}}


def checked(path):
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return model, onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


rows = json.loads(Path("rows.json").read_text()) if Path("rows.json").exists() else {}
for path in sorted(folder.glob("*.model")):
    model, session = checked(path.with_suffix(".onnx"))
    feeds = {}
    words = {0: "false", 1: "true"}  # An attribute that tells groups and nothing else is text.
    for port in session.get_inputs():
        column = rows[port.name]
        if port.type == "tensor(string)":
            feeds[port.name] = np.array([["" if text is None else words.get(text, text)] for text in column], dtype=object)
        elif port.type == "tensor(int64)":
            feeds[port.name] = np.array([[np.iinfo(np.int64).min if number is None else number] for number in column])
        else:
            feeds[port.name] = np.array([[np.nan if number is None else float(number)] for number in column])
    (output,) = session.run(["prediction"], feeds)
    decides = "decision" in [port.name for port in session.get_outputs()]
    decided = {"decision": [bool(row[0]) for row in session.run(["decision"], feeds)[0]]} if decides else {}
    # Several threads may share out the trees, and add their sums in another order.
    (threaded,) = onnxruntime.InferenceSession(path.with_suffix(".onnx"), providers=["CPUExecutionProvider"]).run(["prediction"], feeds)
    np.testing.assert_allclose(threaded, output, rtol=1e-6, atol=1e-6)
    operators = sorted({node.op_type for node in model.graph.node})
    values["models"][path.stem] = {"operators": operators, "prediction": [[float(number) for number in row] for row in output], **decided}


def network(name, opset, nodes, weights, kind=TensorProto.FLOAT, outputs=3):
    graph = helper.make_graph(
        nodes, name, [helper.make_tensor_value_info("x", kind, ["rows", 24])], [helper.make_tensor_value_info("y", kind, ["rows", outputs])],
        [numpy_helper.from_array(array, key) for key, array in weights.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8, producer_name="oracle")
    (folder / f"{name}.onnx").write_bytes(model.SerializeToString(deterministic=True))


def random(*shape, dtype=np.float32):
    return rng.normal(size=shape).astype(dtype)


node = helper.make_node
first = {"a": random(48, 24) / 5, "b": random(48), "c": random(48, 32) / 7, "d": random(32, 3) / 6, "e": random(3)}
network("network-gemm", 13, [
    node("Gemm", ["x", "a", "b"], ["h1"], alpha=0.5, beta=2.0, transB=1), node("Relu", ["h1"], ["h2"]), node("MatMul", ["h2", "c"], ["h3"]),
    node("Tanh", ["h3"], ["h4"]), node("Gemm", ["h4", "d", "e"], ["h5"]), node("Softmax", ["h5"], ["y"], axis=1)], first)
second = {"a": random(24, 96, dtype=np.float64) / 5, "d": random(96, 3, dtype=np.float64) / 10}
network("network-double", 20, [
    node("MatMul", ["x", "a"], ["h1"]), node("Relu", ["h1"], ["h2"]), node("MatMul", ["h2", "d"], ["y"])], second, TensorProto.DOUBLE)

inputs = random(40, 24)
inputs[0] = 0
inputs[1] *= 1000


def product(x, w):
    """Rows and columns in 8 bits, as the script's own arithmetic."""
    x, w = x.astype(np.float32), w.astype(np.float32)
    row = np.abs(x).max(axis=1, keepdims=True)
    row = np.where(row == 0, np.float32(1), row) / np.float32(127)
    column = np.abs(w).max(axis=0) / np.float32(127)
    left, right = np.rint(x / row).astype(np.int64), np.rint(w / column).astype(np.int64)
    return (left @ right).astype(np.float32) * row * column


def softmax(x):
    powers = np.exp(x - x.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


relu = lambda x: np.maximum(x, 0)
by_hand = {
    "network-gemm": softmax(product(np.tanh(product(relu(0.5 * product(inputs, first["a"].T) + 2 * first["b"]), first["c"])), first["d"]) + first["e"]),
    "network-double": product(relu(product(inputs, second["a"])), second["d"]),
}
for name in sorted(by_hand):
    entry = {}
    for key, path in (("original", folder / f"{name}.onnx"), ("quantized", folder / f"{name}-int8.onnx")):
        if not path.exists():
            continue
        model, session = checked(path)
        x = inputs.astype(np.float64) if name == "network-double" else inputs
        entry[key] = [[float(number) for number in row] for row in session.run(["y"], {"x": x})[0]]
    if "quantized" in entry:
        entry["largestFromNumpy"] = float(np.abs(np.array(entry["quantized"]) - by_hand[name]).max() / max(1, np.abs(by_hand[name]).max()))
        assert entry["largestFromNumpy"] < 1e-5, entry["largestFromNumpy"]
    values["networks"][name] = entry
values["inputs"] = [[float(number) for number in row] for row in inputs]
Path("values.json").write_text(json.dumps(values, indent=None, separators=(",", ":"), sort_keys=True) + "\n")
