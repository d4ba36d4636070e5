"""The peer of ../encoding/: `encode` of Hugging Face's tokenizers, one thread, a line at a time or all at once, whichever is faster."""

from tokenizers import Tokenizer

from child import read_job, serve, time_steps

job = read_job()
tokenizer = Tokenizer.from_file(job["tokenizer"])
tokenizer.encode_special_tokens = True
with open(job["text"], encoding="utf-8", newline="") as file:
    text = file.read()
lines = text.splitlines(keepends=True)


def whole():
    return len(tokenizer.encode(text).ids)


def by_line():
    return sum(len(tokenizer.encode(line).ids) for line in lines)


seconds = {way: time_steps(way, 0)[1] for way in (whole, by_line)}
best = min(seconds, key=seconds.get)
serve(f"tokenizers, {best.__name__}, one thread", best)
