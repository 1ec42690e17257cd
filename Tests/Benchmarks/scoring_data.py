"""Lays out what the scoring benchmark needs: a table, and two models of 200 trees on it, as Proviso's artefact and as ONNX.

The table has 14 columns of numbers, in as many files as there are million rows. The ONNX model is a tree ensemble written node by node from XGBoost's
own trees, so that both compute the same thing."""

import hashlib
import json
import pathlib
import sys

import numpy
import pyarrow
import pyarrow.parquet
import xgboost

COLUMNS = 14


def table(rows, seed):
    random = numpy.random.default_rng(seed)
    values = random.random((rows, COLUMNS), dtype=numpy.float32)
    return pyarrow.table({"id": numpy.arange(rows) + seed * rows, **{f"x{i}": values[:, i].astype("float64") for i in range(COLUMNS)}})


def train():
    random = numpy.random.default_rng(0)
    values = random.random((100_000, COLUMNS), dtype=numpy.float32)
    labels = (values[:, 0] + values[:, 1] * values[:, 2] + 0.3 * random.random(100_000) > 0.9).astype(int)
    data = xgboost.DMatrix(values, labels, feature_names=[f"x{i}" for i in range(COLUMNS)], feature_types=["float"] * COLUMNS)
    return xgboost.train({"objective": "binary:logistic", "max_depth": 6, "eta": 0.1, "seed": 1, "nthread": 2}, data, 200)


def artefact(booster):
    ubj = bytes(booster.save_raw("ubj"))
    header = {
        "features": [{"name": f"x{i}", "type": "number"} for i in range(COLUMNS)], "label": "y", "model": "sha256:" + hashlib.sha256(ubj).hexdigest(),
    }
    return b"proviso-model 1\n" + json.dumps(header, sort_keys=True, separators=(",", ":")).encode() + b"\n" + ubj


def onnx_model(booster):
    import onnx
    from onnx import TensorProto, helper

    names = {key: [] for key in (
        "nodes_treeids", "nodes_nodeids", "nodes_featureids", "nodes_values", "nodes_modes", "nodes_truenodeids", "nodes_falsenodeids",
        "nodes_missing_value_tracks_true", "target_treeids", "target_nodeids", "target_ids", "target_weights")}
    model = json.loads(booster.save_raw("json"))["learner"]
    for number, tree in enumerate(model["gradient_booster"]["model"]["trees"]):
        for node, left in enumerate(tree["left_children"]):
            leaf = left == -1
            names["nodes_treeids"].append(number)
            names["nodes_nodeids"].append(node)
            names["nodes_featureids"].append(0 if leaf else tree["split_indices"][node])
            names["nodes_values"].append(0.0 if leaf else tree["split_conditions"][node])
            names["nodes_modes"].append("LEAF" if leaf else "BRANCH_LT")
            names["nodes_truenodeids"].append(0 if leaf else left)
            names["nodes_falsenodeids"].append(0 if leaf else tree["right_children"][node])
            names["nodes_missing_value_tracks_true"].append(0 if leaf else int(tree["default_left"][node]))
            if leaf:
                names["target_treeids"].append(number)
                names["target_nodeids"].append(node)
                names["target_ids"].append(0)
                names["target_weights"].append(tree["split_conditions"][node])
    node = helper.make_node(
        "TreeEnsembleRegressor", ["input"], ["margin"], domain="ai.onnx.ml", n_targets=1, base_values=[0.0], post_transform="NONE", **names)
    graph = helper.make_graph(
        [node, helper.make_node("Sigmoid", ["margin"], ["score"])], "trees", [helper.make_tensor_value_info("input", TensorProto.FLOAT, [None, COLUMNS])],
        [helper.make_tensor_value_info("score", TensorProto.FLOAT, [None, 1])])
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18), helper.make_opsetid("ai.onnx.ml", 3)], ir_version=9)
    onnx.checker.check_model(made)
    return made.SerializeToString()


def lay_out(folder, millions):
    folder = pathlib.Path(folder)
    (folder / "data").mkdir(parents=True, exist_ok=True)
    for part in range(millions):
        pyarrow.parquet.write_table(table(1_000_000, part), folder / f"data/part-{part:02d}.parquet", compression="zstd")
    booster = train()
    booster.save_model(folder / "model.ubj")
    (folder / "model.proviso").write_bytes(artefact(booster))
    (folder / "model.onnx").write_bytes(onnx_model(booster))


if __name__ == "__main__":
    lay_out(sys.argv[1], int(sys.argv[2]))
