"""Writes small ONNX models, made with onnx.helper, and the logits that a runtime computes, as JSON.

argv: a folder for the models. Output: [{name, ids, logits}], where ids and logits are (T, N) and (T, N, V).
"""

import json
import pathlib
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

V, D, H, T, N = 7, 3, 4, 6, 2
random = np.random.default_rng(17)
folder = pathlib.Path(sys.argv[1])
ids = np.array([[(t * t * 7 + n * 3 + t) % V for n in range(N)] for t in range(T)])
results = []


def weights(*shape):
    return (random.normal(size=shape) * 0.7).astype("float32")


def recurrent(operator, gates, below=D):
    return {
        "W": weights(1, gates * H, below),
        "R": weights(1, gates * H, H),
        "B": weights(1, 2 * gates * H),
    }


def save(name, nodes, arrays, dtype=TensorProto.FLOAT, stored=numpy_helper.from_array, external=False, opset=17):
    initializers = [stored(array, key) for key, array in arrays.items()]
    graph = helper.make_graph(
        nodes,
        "graph",
        [helper.make_tensor_value_info("ids", TensorProto.INT64, ["T", "N"])],
        [helper.make_tensor_value_info("logits", dtype, None)],
        initializers,
    )
    model = helper.make_model(graph, ir_version=8, opset_imports=[helper.make_opsetid("", opset)])
    path = folder / f"{name}.onnx"
    onnx.save(model, path, save_as_external_data=external, location=f"{name}.data", size_threshold=50)
    return path


def case(name, nodes, arrays, reference=False, **options):
    path = save(name, nodes, arrays, **options)
    if reference:
        logits = ReferenceEvaluator(str(path)).run(None, {"ids": ids})[0]
    else:
        logits = onnxruntime.InferenceSession(path).run(None, {"ids": ids})[0]
    results.append({"name": name, "ids": ids.tolist(), "logits": np.reshape(logits, (T, N, V)).tolist()})


def node(operator, inputs, outputs, **attributes):
    if operator in ("RNN", "LSTM", "GRU"):
        attributes["hidden_size"] = H
    return helper.make_node(operator, inputs.split(" "), outputs.split(" "), **attributes)


ends = {"E": weights(V, D), "A": weights(H, V), "a": weights(V), "1": np.array([1])}
head = [node("Gather", "E ids", "xs")]
tail = [node("Squeeze", "Y 1", "hs"), node("MatMul", "hs A", "product"), node("Add", "product a", "logits")]


def layered(operator, inputs="xs W R B", **attributes):
    return [*head, node(operator, inputs, "Y", **attributes), *tail]


gru, lstm, rnn = recurrent("GRU", 3), recurrent("LSTM", 4), recurrent("RNN", 1)
case("gru-before", layered("GRU"), ends | gru)
case("gru-after", layered("GRU", linear_before_reset=1), ends | gru)
case("lstm", layered("LSTM", direction="forward"), ends | lstm)
case("rnn-relu", layered("RNN", "xs W R", activations=["Relu"]), ends | rnn)

coupled = {key: array.copy() for key, array in lstm.items()}
for key in ("W", "R", "B"):
    blocks = coupled[key].reshape(1, -1, 4, H, coupled[key].shape[-1] if key != "B" else 1)
    blocks[:, :, 0] = -blocks[:, :, 2]
case("cifg", layered("LSTM"), ends | coupled)

# The reference implementation of ONNX has the layout with N first, and double precision, which onnxruntime lacks.
batch_first = [
    node("Transpose", "ids", "ids_t", perm=[1, 0]),
    node("Gather", "E ids_t", "xs"),
    node("LSTM", "xs W R B", "Y", layout=1),
    node("Squeeze", "Y two", "hs_t"),
    node("Transpose", "hs_t", "hs", perm=[1, 0, 2]),
    *tail[1:],
]
case("layout", batch_first, ends | lstm | {"two": np.array([2])}, reference=True)

# Gemm takes a matrix: time and batch are one axis, and two again.
flat = [
    *head,
    node("GRU", "xs W R B", "Y"),
    node("Reshape", "Y rows", "hs"),
    node("Gemm", "hs At a", "flat", transB=1),
    node("Shape", "ids", "sizes"),
    node("Concat", "sizes seven", "shape", axis=0),
    node("Reshape", "flat shape", "logits"),
]
more = {"At": np.ascontiguousarray(ends["A"].T), "rows": np.array([-1, H]), "seven": np.array([V])}
case("gemm", flat, ends | gru | more)

# Weights in half precision, and in double precision.
half = [node("Cast", f"{key}16", key, to=TensorProto.FLOAT) for key in lstm]
case("float16", [*half, *layered("LSTM")], ends | {f"{key}16": array.astype("float16") for key, array in lstm.items()})
double = {key: array.astype("float64") if array.dtype == "float32" else array for key, array in (ends | lstm).items()}
case("double", layered("LSTM"), double, dtype=TensorProto.DOUBLE, reference=True)


def typed(array, name):
    return helper.make_tensor(name, helper.np_dtype_to_tensor_dtype(array.dtype), array.shape, array.ravel())


case("typed-data", layered("GRU"), ends | gru, stored=typed)
case("external", layered("GRU"), ends | gru, external=True)

# Two layers of one weight tensor, cut apart in the graph.
stacked = {"WR": np.concatenate([lstm["W"], weights(1, 4 * H, H)], axis=2), "to3": np.array([D])}
stacked |= {"0": np.array([0]), "axis2": np.array([2]), "end": np.array([2**63 - 1]), "B": lstm["B"], "R": lstm["R"]}
cut = [
    *head,
    node("Slice", "WR 0 to3 axis2", "W0"),
    node("Slice", "WR to3 end axis2", "W1"),
    node("LSTM", "xs W0 R B", "Y0"),
    node("Squeeze", "Y0 1", "hs0"),
    node("LSTM", "hs0 W1 R B", "Y"),
    *tail,
]
case("cut", cut, ends | stacked)

print(json.dumps(results))
