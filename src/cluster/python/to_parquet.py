"""Writes data/train.parquet and data/test.parquet from the JSONL files, for verl before 0.7.1, which reads no JSONL."""

import json
import os

import pyarrow
import pyarrow.parquet

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data")


def main():
    for name in ("train", "test"):
        with open(os.path.join(FOLDER, name + ".jsonl"), encoding="utf8") as file:
            rows = [json.loads(line) for line in file]
        table = pyarrow.Table.from_pylist(rows)
        pyarrow.parquet.write_table(table, os.path.join(FOLDER, name + ".parquet"))
        print("%s.parquet: %d rows" % (name, len(rows)))


if __name__ == "__main__":
    main()
