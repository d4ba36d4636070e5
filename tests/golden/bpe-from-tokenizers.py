"""Makes bpe-from-tokenizers.json: byte-level BPE of Python's tokenizers, trained on texts of several scripts.

    python3 tests/golden/bpe-from-tokenizers.py > tests/golden/bpe-from-tokenizers.json    (tokenizers 0.23)

`ids` are those of the text by its own merges, `file` is what `save` writes of the English one.
"""
import json
import random
import tempfile
from pathlib import Path
from tokenizers import ByteLevelBPETokenizer

random.seed(14)
SPEECH = (
    "We hold these truths to be self-evident, that all men are created equal; that they're endowed with certain "
    "unalienable rights. Don't we'll, you've I'm he'd it's 'sister' 'ready'?  Two  spaces,\ttabs\n\n\n  and lines.\n"
)
CODE = "export function add(a: number, b: number): number {\n  // adds 12345 and 0x1F\n\treturn a + b;\n}\n"
LOG = "2024-03-{d:02} 10:{m:02}:07 [INFO]  GET /api/v2/items/{d}{m} 200 {m}ms \"Mozilla/5.0\"\n"
PARTS = ["'s", "'re", "'r", "'l", "'ll", "'v", " ", "  ", "\n", "\r\n", "\t", "a", "B", "1", "½", "!", ".", "é", "한", "\u00a0"]
PARTS += ["'", "\u0085", "\ufeff", "\u2028", "\u3000", "\u001c", "e\u0301", "𝕏", "\U00010940", "\u088f", "Ⅷ", "٣", "²", "_", "\u200d"]
TEXTS = {
    "English": SPEECH * 3,
    "Korean": "모든 사람은 태어날 때부터 자유롭고, 존엄하며 평등하다. 모든 사람은 이성과 양심을 가지고 있으므로 서로에게 형제애의 정신으로 대해야 한다.\n" * 2,
    "Japanese": "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。\u3000吾輩はここで始めて人間というものを見た。\n" * 2,
    "Arabic": "يولد جميع الناس أحرارًا متساوين في الكرامة والحقوق. وقد وهبوا عقلًا وضميرًا، ١٢٣ وعليهم أن يعامل بعضهم بعضًا.\n" * 2,
    "code": CODE * 3,
    "logs": "".join(LOG.format(d=random.randint(1, 28), m=random.randint(0, 59)) for _ in range(12)),
    "emoji": "👩‍🚀👨‍👩‍👧 🇰🇷🇩🇪 👍🏽 ❤️ 👩‍🚀👩‍🚀 🏴󠁧󠁢󠁥󠁮󠁧󠁿\n" * 3,
    "CRLF": SPEECH.replace("\n", "\r\n") * 2,
    "NUL": "a\0b\0\0 a\0b \0\n" * 6,
    "parts": "".join(random.choice(PARTS) for _ in range(1500)),
}


def trained(text):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "text")
        file.write_bytes(text.encode())
        tokenizer = ByteLevelBPETokenizer()
        tokenizer.train([str(file)], vocab_size=420, min_frequency=2, special_tokens=[], show_progress=False)
        saved = Path(folder, "tokenizer.json")
        tokenizer.save(str(saved), pretty=True)
        return tokenizer, saved.read_text()


def record(name, text):
    tokenizer, file = trained(text)
    tokenizer._tokenizer.encode_special_tokens = True
    merges = [" ".join(pair) for pair in json.loads(file)["model"]["merges"]]
    made = {"text": text, "merges": merges, "ids": tokenizer.encode(text).ids}
    return {**made, "file": file} if name == "English" else made


print(json.dumps({name: record(name, text) for name, text in TEXTS.items()}, ensure_ascii=False, separators=(",", ":")))
