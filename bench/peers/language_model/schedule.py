"""The learning rate schedules of our recipes. Epochs and steps count from 1."""

import math


def cosine_decay(share):
    return (1 + math.cos(math.pi * share)) / 2


def cosine(recipe, epoch, step, steps):
    return recipe["lr"] * cosine_decay(min(1, (step - 1) / steps))


def one_cycle(recipe, epoch, step, steps):
    first, last = 1 / 25, 1 / 25e4
    top, end = 0.3 * steps - 1, steps - 1
    at = min(step - 1, end)
    if at < top:
        return recipe["lr"] * (1 + (first - 1) * cosine_decay(at / top))
    return recipe["lr"] * (last + (1 - last) * cosine_decay((at - top) / (end - top)))


def constant(recipe, epoch, step, steps):
    return recipe["lr"]


def decay(recipe, epoch, step, steps):
    return recipe["lr"] * recipe["lrDecay"] ** max(0, epoch - recipe["decayAfter"])


def step_decay(recipe, epoch, step, steps):
    return recipe["lr"] * recipe["lrDecay"] ** ((epoch - 1) // recipe["decayAfter"])


rates = {
    "constant": constant, "plateau": constant, "decay": decay, "step": step_decay,
    "cosine": cosine, "one-cycle": one_cycle,
}  # fmt: skip


class Schedule:
    """The rate of each step; with `plateau`, multiplied by a factor whenever the validation loss has not improved."""

    def __init__(self, recipe, steps_per_epoch):
        self.recipe, self.steps = recipe, recipe["epochs"] * steps_per_epoch
        self.factor, self.best = 1.0, None

    def rate(self, epoch, step):
        warmup = self.recipe.get("warmup") or 0
        rise = min(1, step / warmup) if warmup > 0 else 1
        return self.factor * rise * rates[self.recipe["schedule"]](self.recipe, epoch, step, self.steps)

    def validated(self, loss):
        if self.recipe["schedule"] != "plateau":
            return
        if self.best is None or loss < self.best:
            self.best = loss
        else:
            self.factor *= self.recipe["lrDecay"]

    def save(self):
        return {"factor": self.factor, "best": self.best}

    def restore(self, saved):
        self.factor, self.best = saved["factor"], saved["best"]
