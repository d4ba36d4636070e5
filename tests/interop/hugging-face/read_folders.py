"""Reads exported folders with the tools of Hugging Face: argv[1] is a JSON file with folders and texts; prints what they find."""
import json
import sys
from pathlib import Path

import yaml
from huggingface_hub import ModelCard
from huggingface_hub.repocard import metadata_load
from safetensors.numpy import load_file
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers


def ids_of(tokenizer, text):
    try:
        return tokenizer.encode(text).ids
    except Exception as error:
        return str(error)


def read(folder, texts):
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    card = folder / "README.md"
    ids = [ids_of(tokenizer, text) for text in texts]
    # What tokenizers writes again has the same ids.
    again = Tokenizer.from_str(tokenizer.to_str())
    front = card.read_text("utf-8").split("---\n")[1]
    return {
        "size": tokenizer.get_vocab_size(),
        "ids": ids,
        "again": [ids_of(again, text) for text in texts] == ids,
        "decoded": tokenizer.decode(ids[0]) if isinstance(ids[0], list) else None,
        "arrays": {name: [list(a.shape), float(a.sum(dtype="float64"))] for name, a in load_file(folder / "model.safetensors").items()},
        "yaml": yaml.safe_load(front),
        "metadata": metadata_load(card),
        "card": ModelCard.load(card).data.to_dict(),
    }


def made(texts):
    """Tokenizers that the library trains, with the ids of each line: words, and byte-level BPE after NFKC."""
    words = Tokenizer(models.WordLevel(unk_token="<unk>"))
    words.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    words.train_from_iterator(texts, trainers.WordLevelTrainer(special_tokens=["<unk>"], min_frequency=2, show_progress=False))
    pieces = Tokenizer(models.BPE())
    pieces.normalizer = normalizers.NFKC()
    pieces.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    pieces.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    pieces.train_from_iterator(texts, trainers.BpeTrainer(vocab_size=300, initial_alphabet=alphabet, show_progress=False))
    lines = [line for text in texts for line in text.split("\n") if "\x85" not in line and "\ufeff" not in line]
    return [{"json": one.to_str(), "lines": lines, "ids": [one.encode(line).ids for line in lines]} for one in (words, pieces)]


task = json.loads(Path(sys.argv[1]).read_text("utf-8"))
folders = [read(Path(folder), task["texts"]) for folder in task["folders"]]
print(json.dumps({"folders": folders, "made": made(task["texts"])}))
