"""Writes safetensors-from-python.safetensors beside itself.

pip install safetensors==0.8.0 numpy==2.4.6 && python safetensors-from-python.py
"""

from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

tensors = {
    "rnn.0.Wx": np.array([[0.1, -0.2, np.inf], [np.nan, -0.0, 1e-45]], np.float32),
    "10": np.array(np.pi, np.float64),
    'é"\\\u0001': np.array([-(2**31), 2**31 - 1], np.int32),
    "bytes": np.array([0, 7, 255], np.uint8),
    "empty": np.zeros((0, 3), np.float32),
}
# One entry only: the order in which Python's library writes several is left to chance.
metadata = {"note": 'héllo "世界" 😀\n'}

save_file(tensors, Path(__file__).with_suffix(".safetensors"), metadata)
