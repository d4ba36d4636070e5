"""The child's half of the protocol that ../child.ts describes."""

import json
import resource
import sys
import time


def read_job():
    return json.loads(sys.argv[-1])


def serve(description, step):
    say({"ready": description})
    for line in sys.stdin:
        steps, seconds = time_steps(step, json.loads(line)["seconds"])
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        unit = 1 if sys.platform == "darwin" else 1024
        say({"steps": steps, "seconds": seconds, "peakBytes": peak * unit})


def time_steps(step, limit):
    began = time.perf_counter()
    steps = 0
    while True:
        step()
        steps += 1
        seconds = time.perf_counter() - began
        if seconds >= limit:
            return steps, seconds


def say(message):
    print(json.dumps(message), flush=True)


def refuse(reason):
    say({"refused": reason})
    sys.exit()
