"""
A contender of a quality race: `main.py THREADS JOB`. For each command on stdin it trains one epoch, evaluates, saves its state
and answers; in between it sleeps. The protocol is that of ../../quality/epochs.ts.
"""

import math
import os
import resource
import sys
import time
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parent.parent))
from child import read_job, refuse, say  # noqa: E402
from language_model.example import OPTIONS, ExampleRun  # noqa: E402
from language_model.recipe import RecipeRun, missing_in  # noqa: E402
from language_model.text import mean_loss, mean_loss_of_windows, read_ids  # noqa: E402

PARENT = os.getppid()
KEPT = 2


def check():
    """Ends the process when the runner is gone, so that no epoch is trained for nobody."""
    if os.getppid() != PARENT:
        sys.exit(1)


def train_epoch(run, job, valid, epoch):
    began = time.perf_counter()
    train_loss = run.train(check)
    trained = time.perf_counter()
    extra = run.validate()
    loss = mean_loss(run.evaluated(), valid)
    run.validated(loss)
    windows = {str(W): mean_loss_of_windows(run.evaluated(), valid, W) for W in job["windows"]}
    evaluated = time.perf_counter()
    state = save(run, job, epoch)
    unit = 1 if sys.platform == "darwin" else 1024
    return {
        "epoch": epoch,
        "trainSeconds": trained - began,
        "validSeconds": evaluated - trained,
        "trainLoss": train_loss,
        "loss": loss,
        "windows": windows,
        "state": state,
        "done": epoch >= run.epochs,
        "peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit,
        **extra,
    }


def save(run, job, epoch):
    """Writes the state of the run after an epoch, and removes those of epochs long before. Returns the file's name."""
    name = f"{job['name']}.epoch-{epoch}.pt"
    path = Path(job["folder"]) / name
    part = path.with_suffix(".part")
    torch.save({"epoch": epoch, "random": torch.get_rng_state(), "run": run.save()}, part)
    part.replace(path)
    old = Path(job["folder"]) / f"{job['name']}.epoch-{epoch - KEPT}.pt"
    old.unlink(missing_ok=True)
    return name


def restore(run, job):
    """Returns the number of epochs that the run has behind it."""
    if job["from"] is None:
        return 0
    # PyTorch 1 can't read numbers this way; the file is our own.
    is_new = int(torch.__version__.split(".")[0]) >= 2
    saved = torch.load(Path(job["folder"]) / job["from"], weights_only=is_new)
    run.restore(saved["run"])
    torch.set_rng_state(saved["random"])
    return saved["epoch"]


def main():
    job = read_job()
    torch.set_num_threads(int(sys.argv[1]))
    if job["kind"] == "recipe" and missing_in(job["recipe"]):
        refuse(f"PyTorch's program has no {', '.join(missing_in(job['recipe']))}")
    train, valid = read_ids(job["train"]), read_ids(job["valid"])
    run = (RecipeRun if job["kind"] == "recipe" else ExampleRun)(job, train, valid)
    epoch = restore(run, job)
    say(
        {
            "ready": f"torch {torch.__version__}",
            "parameters": sum(param.numel() for param in run.model.parameters() if param.requires_grad),
            "epochs": run.epochs,
            "trainTokens": len(train),
            "validTargets": len(valid) - 1,
            **({"settings": {**OPTIONS, **job.get("options", {})}} if job["kind"] == "example" else {}),
        }
    )
    for _ in sys.stdin:
        epoch += 1
        answer = train_epoch(run, job, valid, epoch)
        if not math.isfinite(answer["loss"]):
            raise ArithmeticError(f"the validation loss of epoch {epoch} is {answer['loss']}")
        say(answer)


main()
