"""Records the tokens that transformers puts around a text, for tests/fixtures/tokenizers/around-text.json:

    python3 scripts/record-special-tokens.py            with transformers 5.18.0, and again with transformers 4.57.6

Each run replaces what its own major version recorded. The tokenizers are written here: classes of transformers,
post-processors of tokenizer.json, and `add_bos_token` and `add_eos_token` of tokenizer_config.json in all combinations.
Transformers 5 also saves tokenizers of its own, which are recorded as it writes and reads them.
"""

import json
import pathlib
import tempfile

import transformers

FIXTURE = pathlib.Path(__file__).parent.parent / "tests/fixtures/tokenizers/around-text.json"
MAJOR = transformers.__version__.split(".")[0]
SPECIAL = ["<unk>", "<eos>", "<bos>"]
CLASSES = [
    "LlamaTokenizer", "LlamaTokenizerFast", "CodeLlamaTokenizer", "GemmaTokenizer", "GemmaTokenizerFast",
    "CohereTokenizerFast", "GPTNeoXTokenizer", "GPTNeoXTokenizerFast", "Qwen2Tokenizer", "Qwen2TokenizerFast",
    "GPT2Tokenizer", "GPT2TokenizerFast", "T5Tokenizer", "T5TokenizerFast", "PreTrainedTokenizerFast",
]  # fmt: skip


def template(begin, end):
    token = lambda name: {"SpecialToken": {"id": name, "type_id": 0}}
    text = {"Sequence": {"id": "A", "type_id": 0}}
    special = {name: {"id": name, "ids": [SPECIAL.index(name)], "tokens": [name]} for name in SPECIAL[1:]}
    single = [token("<bos>")] * begin + [text] + [token("<eos>")] * end
    pair = [text, {"Sequence": {"id": "B", "type_id": 1}}]
    return {"type": "TemplateProcessing", "single": single, "pair": pair, "special_tokens": special}


POST_PROCESSORS = {
    "none": None,
    "ByteLevel": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": False, "use_regex": True},
    "begin": template(True, False),
    "end": template(False, True),
    "begin and end": template(True, True),
}
FLAGS = [(begin, end) for begin in (None, True, False) for end in (None, True, False)]


def tokenizer_json(name, post_processor):
    tokens = {"a": 3, "b": 4, "\u2581": 5}
    vocabulary = {**{token: i for i, token in enumerate(SPECIAL)}, **tokens}
    model = {"type": "BPE", "unk_token": "<unk>", "vocab": vocabulary, "merges": []}
    if name.startswith("T5"):
        model = {"type": "Unigram", "unk_id": 0, "vocab": [[token, -1.0] for token in vocabulary]}
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    added = [{"id": i, "content": token, **flags} for i, token in enumerate(SPECIAL)]
    steps = {"normalizer": None, "pre_tokenizer": None, "decoder": {"type": "Fuse"}, "post_processor": post_processor}
    return {"version": "1.0", "truncation": None, "padding": None, "added_tokens": added, **steps, "model": model}


def config(name, begin, end):
    flags = {"add_bos_token": begin, "add_eos_token": end}
    special = {f"{kind}_token": f"<{kind}>" for kind in ("unk", "eos", "bos")}
    return {"tokenizer_class": name, **special, **{k: v for k, v in flags.items() if v is not None}}


def around(folder):
    ids = transformers.AutoTokenizer.from_pretrained(folder)("a")["input_ids"]
    # Some classes put a space before the text.
    before, after = ids[: ids.index(3)], ids[ids.index(3) + 1 :]
    return {"before": [token for token in before if token != 5], "after": after}


def written(folder, name, post_processor, begin, end):
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer_json(name, POST_PROCESSORS[post_processor])))
    (folder / "tokenizer_config.json").write_text(json.dumps(config(name, begin, end)))


def recorded_flags():
    """By class, then post-processor: what is around the text for each pair of flags, in the order of FLAGS."""
    table = {}
    for name in CLASSES:
        for post_processor in POST_PROCESSORS:
            cells = []
            for begin, end in FLAGS:
                with tempfile.TemporaryDirectory() as folder:
                    written(pathlib.Path(folder), name, post_processor, begin, end)
                    found = around(folder)
                    cells.append("".join(["B"] * found["before"].count(2) + ["x"] + ["E"] * found["after"].count(1)))
            table.setdefault(name, {})[post_processor] = cells
    return table


def recorded_saves():
    """Files that transformers 5 saves, with the tokens around a text when it loads them again."""
    saves = []
    for name in ["LlamaTokenizer", "CodeLlamaTokenizer", "GemmaTokenizer", "CohereTokenizer", "GPTNeoXTokenizer"]:
        for begin, end in [(True, False), (False, False), (False, True), (True, True)]:
            with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
                written(pathlib.Path(first), name, "begin", None, None)
                tokenizer = transformers.AutoTokenizer.from_pretrained(first)
                tokenizer.add_bos_token, tokenizer.add_eos_token = begin, end
                tokenizer.save_pretrained(second)
                files = [pathlib.Path(second) / f"{file}.json" for file in ("tokenizer", "tokenizer_config")]
                tokenizer, settings = (json.loads(file.read_text()) for file in files)
                # The class's own pre-tokenizer, decoder and special tokens do not matter here.
                tokenizer.update(tokenizer_json(name, tokenizer["post_processor"]))
                names = ["tokenizer_class", "backend", "bos_token", "eos_token", "add_bos_token", "add_eos_token"]
                kept = {key: settings[key] for key in names if key in settings}
                saves.append({"tokenizer.json": tokenizer, "tokenizer_config.json": kept, **around(second)})
    return saves


transformers.logging.set_verbosity_error()
fixture = json.loads(FIXTURE.read_text()) if FIXTURE.exists() else {}
fixture["flags"] = [list(pair) for pair in FLAGS]
fixture["tokenizers"] = {key: tokenizer_json("", value) for key, value in POST_PROCESSORS.items()}
fixture.setdefault("versions", {})[MAJOR] = {"transformers": transformers.__version__, "tokens": recorded_flags()}
if MAJOR == "5":
    fixture["saved"] = recorded_saves()
FIXTURE.write_text(json.dumps(fixture, ensure_ascii=False) + "\n")
print(f"{FIXTURE}: {len(CLASSES) * len(POST_PROCESSORS) * len(FLAGS)} cases of transformers {transformers.__version__}")
