"""Makes optimizers-from-pytorch.json: torch.optim and its schedulers on a fixed sequence of gradients, float64.

    python3 tests/golden/optimizers-from-pytorch.py > tests/golden/optimizers-from-pytorch.json    (PyTorch 2.0 or newer)

`weights` are those after the last of the steps. The average of NT-ASGD is the plain mean of the paper, as that of
AveragedModel; torch.optim.ASGD with t0=0 leaves the first weights out.
"""
import json
import torch
from torch.optim.lr_scheduler import CosineAnnealingLR, OneCycleLR, StepLR
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

torch.manual_seed(21)
SIZE, STEPS = 7, 12
start = torch.randn(SIZE, dtype=torch.float64)
grads = torch.randn(STEPS, SIZE, dtype=torch.float64)
grads[3:6, 2] = 0


def weights(make):
    W = torch.nn.Parameter(start.clone())
    optimizer = make([W])
    for grad in grads:
        W.grad = grad.clone()
        optimizer.step()
    return W.tolist()


def average(make):
    model = torch.nn.ParameterList([torch.nn.Parameter(start.clone())])
    averaged = make(model)
    for grad in grads:
        model[0].data -= 0.1 * grad
        averaged.update_parameters(model)
    return averaged.module[0].tolist()


def rates(make, lr, steps):
    optimizer = torch.optim.SGD([torch.nn.Parameter(start.clone())], lr=lr)
    scheduler = make(optimizer)
    found = []
    for step in range(steps):
        found.append(scheduler.get_last_lr()[0])
        optimizer.step()
        if step + 1 < steps:
            scheduler.step()
    return found


optim = torch.optim
golden = {
    "start": start.tolist(),
    "grads": grads.tolist(),
    "weights": {
        "SGD": weights(lambda p: optim.SGD(p, lr=0.1, weight_decay=0.01)),
        "Momentum": weights(lambda p: optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.01)),
        "Nesterov": weights(lambda p: optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.01)),
        "AdaGrad": weights(lambda p: optim.Adagrad(p, lr=0.1, weight_decay=0.01)),
        "RMSprop": weights(lambda p: optim.RMSprop(p, lr=0.1, weight_decay=0.01)),
        "Adam": weights(lambda p: optim.Adam(p, lr=0.1, weight_decay=0.01)),
        "AdamW": weights(lambda p: optim.AdamW(p, lr=0.1, weight_decay=0.02)),
        "AdaGrad by default": weights(lambda p: optim.Adagrad(p)),
        "RMSprop by default": weights(lambda p: optim.RMSprop(p)),
        "Adam by default": weights(lambda p: optim.Adam(p)),
        "AdamW by default": weights(lambda p: optim.AdamW(p)),
    },
    "averages": {
        "EMA": average(lambda m: AveragedModel(m, multi_avg_fn=get_ema_multi_avg_fn(0.9))),
        "NTASGD": average(AveragedModel),
    },
    "rates": {
        "stepDecay": rates(lambda o: StepLR(o, step_size=3, gamma=0.5), 0.4, 10),
        "cosine": rates(lambda o: CosineAnnealingLR(o, T_max=20, eta_min=0.01), 0.4, 20),
        "oneCycle": rates(lambda o: OneCycleLR(o, max_lr=0.4, total_steps=20, cycle_momentum=False), 0.4, 20),
    },
}
print(json.dumps(golden))
