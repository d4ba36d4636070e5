"""Pickles of plain values and NumPy arrays in each protocol, in base64. Usage: python pickles-from-python.py [numpy-1]

Run with the newest NumPy; with NumPy 1 and the argument `numpy-1` it adds the arrays as that version names them.
"""

import base64
import collections
import json
import pathlib
import pickle
import sys

import numpy

here = pathlib.Path(__file__).parent
path = here / "pickles-from-python.json"
shared = [1, 2]
value = {
    "none": None,
    "booleans": [True, False],
    "integers": [0, 1, -1, 255, 256, 65535, 65536, -(2**31), 2**40, 2**70, -(2**70), 2**2040],
    "floats": [0.5, -1e300, 1e-300, float("inf"), 0.1],
    "strings": ["", "a\nb'\"\\", "ü€😀", "x" * 260],
    "bytes": [b"", b"\x00\xff\n'", b"y" * 260],
    "tuples": [(), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)],
    "set": {1},
    "frozen": frozenset(["a"]),
    "ordered": collections.OrderedDict([("b", 1), ("a", 2)]),
    "shared": [shared, shared],
    "many": list(range(280)),
}
a = numpy.arange(6).reshape(2, 3) / 4 - 0.5
arrays = [
    a.astype("f2"),
    a.astype("f4"),
    a,
    a.astype(">f4"),
    numpy.asfortranarray(a.astype("f4")),
    a.astype("f2")[:, ::2],
    numpy.float32(1.5),
]


def in_protocols(value, protocols):
    return {str(p): base64.b64encode(pickle.dumps(value, p)).decode() for p in protocols}


result = json.loads(path.read_text()) if path.exists() else {}
if sys.argv[1:] == ["numpy-1"]:
    result["numpy1"] = in_protocols(arrays, [0, 2, 3, 4, 5])
else:
    result["values"] = in_protocols(value, range(6))
    result["numpy2"] = in_protocols(arrays, [0, 2, 3, 4, 5])
json.dump(result, path.open("w"), indent=1)
