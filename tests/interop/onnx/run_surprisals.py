"""Runs the program of docs/interop.md. Arguments: its file, and the model and text that it is called with. Standard input: JSON,
a list of {"model", "texts"}, where a text is a list of tokens. Standard output: what the program prints, and in the last line JSON,
the surprisals of each text."""

import io
import json
import runpy
import sys

program, model, text = sys.argv[1:]
cases = json.load(sys.stdin)
sys.argv, sys.stdin = [program, model], io.StringIO(text)
surprisals = runpy.run_path(program, run_name="__main__")["surprisals"]
results = [[surprisals(case["model"], text).tolist() for text in case["texts"]] for case in cases]
print(json.dumps(results))
