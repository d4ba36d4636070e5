"""Makes gates-from-pytorch.json: forward and backward of torch.nn.LSTM, GRU and RNN (ReLU), float64.

    python3 tests/golden/gates-from-pytorch.py > tests/golden/gates-from-pytorch.json    (PyTorch 1.13 or newer)

PyTorch keeps its weights as (G·H, D) and (G·H, H), gate by gate, and adds two biases; they are written
here as the chapter has them: Wx (D, G·H), Wh (H, G·H) and one b (G·H), whose gradient either bias has.
LSTM: PyTorch's blocks are i, f, g, o, the chapter's f, g, i, o.
GRU: PyTorch's blocks are r, z, n, the chapter's z, r, ĥ, and its h = (1 − z)·n + z·h₋ has our z as
1 − z. As 1 − σ(a) = σ(−a), that block of weights, biases and gradients changes its sign. The
candidate's two biases stay apart: b_in in b, b_hn is bh.
"""
import json
import torch

N, T, D, H = 3, 5, 4, 6


def run(layer, blocks, signs, seed):
    torch.manual_seed(seed)
    layer = layer.double()
    for param in layer.parameters():
        torch.nn.init.normal_(param, std=0.5)
    has_c = isinstance(layer, torch.nn.LSTM)
    xs = torch.randn(N, T, D, dtype=torch.float64, requires_grad=True)
    starts = [torch.randn(1, N, H, dtype=torch.float64, requires_grad=True) for _ in range(1 + has_c)]
    dhs = torch.randn(N, T, H, dtype=torch.float64)
    hs, _ = layer(xs, tuple(starts) if has_c else starts[0])
    hs.backward(dhs)

    def ours(rows):
        """PyTorch's rows, gate by gate, in our order and with our signs."""
        parts = rows.split(H)
        return torch.cat([sign * parts[block] for block, sign in zip(blocks, signs)])

    p = layer._parameters
    golden = {"xs": xs, "h0": starts[0][0], "dhs": dhs, "hs": hs, "dxs": xs.grad, "dh0": starts[0].grad[0]}
    if has_c:
        golden |= {"c0": starts[1][0], "dc0": starts[1].grad[0]}
    for name, of in {"": lambda t: t, "d": lambda t: t.grad}.items():
        golden[name + "Wx"] = ours(of(p["weight_ih_l0"])).T
        golden[name + "Wh"] = ours(of(p["weight_hh_l0"])).T
    bi, bh = p["bias_ih_l0"], p["bias_hh_l0"]
    if isinstance(layer, torch.nn.GRU):
        apart = torch.cat([torch.ones(2 * H), torch.zeros(H)]).double()
        golden |= {"b": ours(bi + apart * bh), "bh": bh[2 * H :], "dbh": bh.grad[2 * H :]}
    else:
        golden["b"] = ours(bi + bh)
    golden["db"] = ours(bi.grad)
    return {name: tensor.tolist() for name, tensor in golden.items()}


print(json.dumps({
    "lstm": run(torch.nn.LSTM(D, H, batch_first=True), [1, 2, 0, 3], [1, 1, 1, 1], 21),
    "gru": run(torch.nn.GRU(D, H, batch_first=True), [1, 0, 2], [-1, 1, 1], 22),
    "relu": run(torch.nn.RNN(D, H, nonlinearity="relu", batch_first=True), [0], [1], 23),
}))
