"""Runs the tasks of this folder with lm-evaluation-harness on served models: evaluate.py NAME=URL ...

Prints the arguments and answers of each request and the results as JSON.
"""
import json
import sys

from lm_eval import simple_evaluate
from lm_eval.tasks import TaskManager

TASKS = ["tale_choice", "tale_rolling", "tale_generation"]

# Without the thousands of tasks that come with the harness, which take long to index.
manager = TaskManager(include_path=".", include_defaults=False)


def evaluate(name, url):
    found = simple_evaluate(
        model="local-completions",
        model_args={"model": name, "base_url": f"{url}/v1/completions", "tokenizer_backend": "remote"},
        tasks=TASKS,
        task_manager=manager,
        bootstrap_iters=0,
    )
    requests = {
        task: [
            {"arguments": arguments, "answer": answers[0]}
            for sample in found["samples"][task]
            for arguments, answers in zip(sample["arguments"], sample["resps"])
        ]
        for task in TASKS
    }
    return {"requests": requests, "results": found["results"]}


print(json.dumps({name: evaluate(name, url) for name, url in (given.split("=") for given in sys.argv[1:])}))
