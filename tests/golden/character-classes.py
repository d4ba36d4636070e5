"""Makes character-classes.json: what the pattern of ByteLevel takes for a letter, a number or white space, code point by code point.

    python3 tests/golden/character-classes.py > tests/golden/character-classes.json    (tokenizers 0.23)

Lengths of runs, outside and inside by turns, from U+0000 on; surrogates are outside.
"""
import json
from tokenizers import pre_tokenizers

cut = pre_tokenizers.ByteLevel(add_prefix_space=False).pre_tokenize_str


def class_of(point):
    character = chr(point)
    if 0xD800 <= point < 0xE000:
        return "others"
    if character != " ":
        for after, name in ("a", "letters"), ("1", "numbers"), ("!", "others"):
            if len(cut(character + after)) == 1:
                return name
    return "spaces"


classes = [class_of(point) for point in range(0x110000)]


def runs(name):
    lengths, inside = [0], False
    for one in classes:
        if (one == name) != inside:
            lengths.append(0)
            inside = not inside
        lengths[-1] += 1
    return lengths


print(json.dumps({name: runs(name) for name in ("letters", "numbers", "spaces")}, separators=(",", ":")))
