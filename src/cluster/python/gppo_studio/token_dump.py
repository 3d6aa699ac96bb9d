"""Writes the tokens of updates to a file that GPPO Studio opens: one response per row.

GPPO_STUDIO_DUMP=FOLDER turns it on for the trainer of this folder, GPPO_STUDIO_DUMP_EVERY=K keeps every K-th step. Each
process writes tokens-RANK.jsonl. As one Parquet file, which needs pyarrow:

    python3 -m gppo_studio.token_dump FOLDER/*.jsonl --parquet tokens.parquet

Columns are those of GPPO Studio's docs/cluster.md. Without other packages; rows are lists, or tensors of PyTorch.
"""

import glob
import json
import os
import sys

FOLDER = "GPPO_STUDIO_DUMP"
EVERY = "GPPO_STUDIO_DUMP_EVERY"
# Columns with one entry per token.
PER_TOKEN = ("old_logprobs", "logprobs", "advantages", "entropies", "old_entropies", "sampler_logprobs")


def _list(row):
    row = row.detach().float().cpu() if hasattr(row, "detach") else row
    return row.tolist() if hasattr(row, "tolist") else list(row)


def _short(value):
    """float32 has 7 significant digits."""
    return float("%.7g" % value)


class TokenDump:
    """A file of one process; rows are complete as soon as they are written."""

    def __init__(self, folder, rank=0, every=1):
        if every < 1:
            raise ValueError("%s: expected at least 1, found %d" % (EVERY, every))
        os.makedirs(folder, exist_ok=True)
        self.every = every
        self._texts = {}
        self.path = os.path.join(folder, "tokens-%d.jsonl" % rank)
        self._file = open(self.path, "a", encoding="utf-8")

    @classmethod
    def from_environment(cls, rank=0):
        """None unless GPPO_STUDIO_DUMP names a folder."""
        folder = os.environ.get(FOLDER)
        return cls(folder, rank, int(os.environ.get(EVERY) or 1)) if folder else None

    def wants(self, step):
        return step % self.every == 0

    def write(self, step, mask, minibatch=0, prompts=None, tokens=None, rewards=None, decode=None, **columns):
        """Rows of an update: `mask`, `tokens` and the columns have the shape [responses, tokens].

        Tokens with mask 0 are left out; `advantages` may have one number per response. A column that is None is too.
        `decode` gives the text of one token id, which is then written in its place.
        """
        given = {name: rows for name, rows in columns.items() if rows is not None}
        unknown = sorted(set(given) - set(PER_TOKEN))
        if unknown:
            raise ValueError("token dump: expected columns %s, found %s" % (", ".join(PER_TOKEN), ", ".join(unknown)))
        for i, row_mask in enumerate(mask):
            kept = [t for t, one in enumerate(_list(row_mask)) if one]
            if not kept:
                continue
            row = {"step": int(step), "minibatch": int(minibatch)}
            if prompts is not None:
                row["prompt"] = prompts[i]
            if tokens is not None:
                ids = tokens[i].tolist() if hasattr(tokens[i], "tolist") else tokens[i]
                row["tokens"] = [self._text(ids[t], decode) for t in kept]
            if rewards is not None:
                row["reward"] = float(rewards[i])
            for name, rows in given.items():
                values = rows[i]
                if name == "advantages" and not hasattr(values, "__len__"):
                    row[name] = _short(float(values))
                elif getattr(values, "ndim", 1) == 0:
                    row[name] = _short(float(values))
                else:
                    values = _list(values)
                    row[name] = [_short(values[t]) for t in kept]
            self._file.write(json.dumps(row, allow_nan=False) + "\n")
        self._file.flush()

    def _text(self, token, decode):
        if decode is None:
            return token
        if token not in self._texts:
            self._texts[token] = decode(token)
        return self._texts[token]

    def close(self):
        self._file.close()


def _has_texts(paths):
    """Whether tokens are texts: the same in all rows of a trainer."""
    for path in paths:
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                for token in json.loads(line).get("tokens") or []:
                    return isinstance(token, str)
    return False


def to_parquet(paths, output):
    """Rows of several processes as one Parquet file, a row group per 1000 responses."""
    import pyarrow
    import pyarrow.parquet

    lists = pyarrow.list_(pyarrow.float32())
    fields = [
        ("step", pyarrow.int32()),
        ("minibatch", pyarrow.int32()),
        ("prompt", pyarrow.string()),
        ("tokens", pyarrow.list_(pyarrow.string() if _has_texts(paths) else pyarrow.int32())),
        ("reward", pyarrow.float32()),
    ]
    schema = pyarrow.schema(fields + [(name, lists) for name in PER_TOKEN])
    rows = []
    with pyarrow.parquet.ParquetWriter(output, schema) as writer:
        for path in paths:
            with open(path, encoding="utf-8") as lines:
                for line in lines:
                    row = json.loads(line)
                    if not isinstance(row["advantages"], list):
                        row["advantages"] = [row["advantages"]] * len(row["logprobs"])
                    rows.append(row)
                    if len(rows) == 1000:
                        writer.write_table(pyarrow.Table.from_pylist(rows, schema=schema))
                        rows = []
        if rows:
            writer.write_table(pyarrow.Table.from_pylist(rows, schema=schema))


def main(args):
    if len(args) < 3 or args[-2] != "--parquet":
        sys.exit("usage: python3 -m gppo_studio.token_dump FILE.jsonl.. --parquet OUT.parquet")
    paths = [path for pattern in args[:-2] for path in sorted(glob.glob(pattern)) or [pattern]]
    to_parquet(paths, args[-1])


if __name__ == "__main__":
    main(sys.argv[1:])
