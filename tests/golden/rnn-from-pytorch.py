"""Makes rnn-from-pytorch.json: forward and backward of torch.nn.RNN (tanh), float64.

    python3 tests/golden/rnn-from-pytorch.py > tests/golden/rnn-from-pytorch.json    (PyTorch 1.13 or newer)

PyTorch keeps its weights as (H, D) and (H, H) and adds two biases; they are written here as the
chapter has them: Wx (D, H), Wh (H, H) and one b (H), whose gradient either bias has.
"""
import json
import torch

torch.manual_seed(20)
N, T, D, H = 3, 5, 4, 6
rnn = torch.nn.RNN(D, H, batch_first=True).double()
xs = torch.randn(N, T, D, dtype=torch.float64, requires_grad=True)
h0 = torch.randn(1, N, H, dtype=torch.float64, requires_grad=True)
dhs = torch.randn(N, T, H, dtype=torch.float64)
hs, _ = rnn(xs, h0)
hs.backward(dhs)
cell = rnn._parameters
golden = {
    "Wx": cell["weight_ih_l0"].T,
    "Wh": cell["weight_hh_l0"].T,
    "b": cell["bias_ih_l0"] + cell["bias_hh_l0"],
    "xs": xs, "h0": h0[0], "dhs": dhs, "hs": hs,
    "dWx": cell["weight_ih_l0"].grad.T,
    "dWh": cell["weight_hh_l0"].grad.T,
    "db": cell["bias_ih_l0"].grad,
    "dxs": xs.grad, "dh0": h0.grad[0],
}
print(json.dumps({name: tensor.tolist() for name, tensor in golden.items()}))
