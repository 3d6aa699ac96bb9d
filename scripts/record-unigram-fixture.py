"""Makes tests/fixtures/tokenizers/unigram/ and unigram.json from a SentencePiece model:

    git clone https://github.com/google/sentencepiece
    python3 scripts/record-unigram-fixture.py sentencepiece/python/test/test_model.model

Its 1,000 pieces and its character map, between the steps that transformers gives T5's tokenizers. Ids and texts are
those of the Rust library (pip: tokenizers==0.23.2 sentencepiece==0.2.2).
"""

import base64
import json
import pathlib
import sys

from sentencepiece import sentencepiece_model_pb2
from tokenizers import Tokenizer

FIXTURES = pathlib.Path(__file__).parent.parent / "tests/fixtures/tokenizers"
EXTRA = ["<extra_id_1>", "<extra_id_0>"]


def special(token, id):
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    return {"id": id, "content": token, **flags}


def metaspace():
    # Versions of the library before 0.14 wrote add_prefix_space.
    return {"type": "Metaspace", "replacement": "\u2581", "add_prefix_space": True}


model = sentencepiece_model_pb2.ModelProto.FromString(pathlib.Path(sys.argv[1]).read_bytes())
pieces = [[piece.piece, piece.score] for piece in model.pieces] + [[token, 0.0] for token in EXTRA]
ids = {piece: id for id, (piece, _) in enumerate(pieces)}
charsmap = base64.b64encode(model.normalizer_spec.precompiled_charsmap).decode()
end = {"SpecialToken": {"id": "</s>", "type_id": 0}}
text, pair = ({"Sequence": {"id": name, "type_id": 0}} for name in "AB")
tokenizer = {
    "version": "1.0",
    "truncation": {"direction": "Right", "max_length": 128, "strategy": "LongestFirst", "stride": 0},
    "padding": None,
    "added_tokens": [special(token, ids[token]) for token in ["<unk>", "<s>", "</s>", *EXTRA]],
    "normalizer": {
        "type": "Sequence",
        "normalizers": [
            {"type": "Precompiled", "precompiled_charsmap": charsmap},
            {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "},
        ],
    },
    "pre_tokenizer": metaspace(),
    "post_processor": {
        "type": "TemplateProcessing",
        "single": [text, end],
        "pair": [text, end, pair, end],
        "special_tokens": {"</s>": {"id": "</s>", "ids": [ids["</s>"]], "tokens": ["</s>"]}},
    },
    "decoder": metaspace(),
    "model": {"type": "Unigram", "unk_id": model.trainer_spec.unk_id, "vocab": pieces},
}
config = {
    "eos_token": "</s>",
    "unk_token": "<unk>",
    "additional_special_tokens": EXTRA,
    "tokenizer_class": "T5Tokenizer",
}
compact = {"ensure_ascii": False, "separators": (",", ":")}
folder = FIXTURES / "unigram"
folder.mkdir(exist_ok=True)
(folder / "tokenizer.json").write_text(json.dumps(tokenizer, **compact) + "\n")
(folder / "tokenizer_config.json").write_text(json.dumps(config, indent=1) + "\n")

rust = Tokenizer.from_str(json.dumps(tokenizer))
rust.no_truncation()
strings = json.loads((FIXTURES / "strings.json").read_text())
encoded = [rust.encode(string, add_special_tokens=False).ids for string in strings]
decoded = [rust.decode(one) for one in encoded]
recorded = {
    "vocabulary": len(pieces),
    "ids": encoded,
    "decoded": {str(i): out for i, (out, string) in enumerate(zip(decoded, strings)) if out != string},
}
(FIXTURES / "unigram.json").write_text(json.dumps(recorded, **compact) + "\n")
print(f"{folder}: {len(pieces)} tokens, {len(strings)} texts, {len(recorded['decoded'])} decode to another text")
