"""Writes tests/fixtures/logs: metric logs by the tools that write them, and what TensorBoard reads in its own.

    python3 scripts/record-log-fixtures.py TRL_OUTPUT VERL_TRACKING_PY

TRL_OUTPUT is the output of a run of an exported recipe (export-recipe configs/demo-gppo.json --engine trl) with
report_to="tensorboard": trainer_state.json and one event file. VERL_TRACKING_PY is verl/utils/tracking.py, of which
FileLogger runs unchanged. Needs torch, tensorboard, pandas, pyarrow and orjson.
"""

import ast
import glob
import json
import math
import os
import shutil
import sys
import tempfile

import numpy
import orjson
import pandas
from tensorboard.backend.event_processing import plugin_event_accumulator
from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.summary.writer.record_writer import RecordWriter
from tensorboard.util import tensor_util
from torch.utils.tensorboard import SummaryWriter

FOLDER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "tests", "fixtures", "logs")


def scalars(path):
    """Scalars of an event file or a folder of some, as TensorBoard keeps them: steps and values by tag."""
    read = plugin_event_accumulator.EventAccumulator(path, size_guidance={"tensors": 0})
    read.Reload()
    found = {}
    for tag in read.Tags()["tensors"]:
        if read.SummaryMetadata(tag).plugin_data.plugin_name != "scalars":
            continue
        found[tag] = [(one.step, float(tensor_util.make_ndarray(one.tensor_proto))) for one in read.Tensors(tag)]
    return {tag: {"steps": [s for s, _ in values], "values": [v for _, v in values]} for tag, values in found.items()}


def of_trl(output):
    folder = os.path.join(FOLDER, "trl")
    os.makedirs(folder, exist_ok=True)
    shutil.copy(os.path.join(output, "trainer_state.json"), folder)
    (events,) = glob.glob(os.path.join(output, "**", "*tfevents*"), recursive=True)
    shutil.copy(events, os.path.join(folder, "events.out.tfevents.1.node.1.0"))
    with open(os.path.join(folder, "trainer_state.json"), encoding="utf8") as file:
        history = json.load(file)["log_history"]
    pandas.DataFrame(history)[["step", "reward", "entropy", "eval_reward"]].to_csv(
        os.path.join(folder, "history.csv"), index=False
    )
    # As run.history() of the wandb package names its columns.
    frame = pandas.DataFrame(history)[["step", "reward", "clip_ratio/region_mean"]]
    frame = frame.rename(columns={"step": "_step", "reward": "train/reward"})
    frame.to_parquet(os.path.join(folder, "history.parquet"), index=False)


def restarted():
    """Two files of one folder: the second begins at a step that the first has passed, and says so by purge_step."""
    folder = os.path.join(FOLDER, "restarted")
    os.makedirs(folder, exist_ok=True)
    with tempfile.TemporaryDirectory() as written:
        for number, (purge, steps, shift) in enumerate([(0, range(0, 8), 0.0), (5, range(5, 10), 100.0)], start=1):
            writer = SummaryWriter(os.path.join(written, str(number)), purge_step=purge)
            for step in steps:
                writer.add_scalar("actor/entropy", shift + step / 10, step)
                writer.add_scalar("precise", shift + step / 3, step, new_style=True, double_precision=True)
            writer.add_histogram("weights", numpy.arange(4.0), 0, bins=[0, 2, 4])
            writer.add_text("note", "no scalar", 0)
            writer.close()
            (path,) = glob.glob(os.path.join(written, str(number), "*tfevents*"))
            shutil.copy(path, os.path.join(folder, "events.out.tfevents.%d.node.1.0" % number))


def of_version_1():
    """One file of before SessionLog: a step that goes back marks a restart, of the tags that it has."""
    path = os.path.join(FOLDER, "events.out.tfevents.version1")
    with open(path, "wb") as file:
        records = RecordWriter(file)
        records.write(event_pb2.Event(wall_time=1.0, file_version="brain.Event:1").SerializeToString())
        values = [("a", 0, 1), ("b", 0, 2), ("a", 1, 3), ("b", 1, 4), ("a", 2, 5), ("a", 1, 6), ("a", 2, 7)]
        for tag, step, value in values:
            summary = summary_pb2.Summary(value=[summary_pb2.Summary.Value(tag=tag, simple_value=value)])
            records.write(event_pb2.Event(wall_time=2.0, step=step, summary=summary).SerializeToString())
        records.close()


def of_verl(tracking):
    with open(tracking, encoding="utf8") as file:
        tree = ast.parse(file.read())
    (logger,) = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "FileLogger"]
    names = {"os": os, "orjson": orjson}
    exec(compile(ast.Module([logger], []), tracking, "exec"), names)  # noqa: S102
    path = os.environ["VERL_FILE_LOGGER_PATH"] = os.path.join(FOLDER, "verl.jsonl")
    log = names["FileLogger"]("project", "experiment")
    log.log({"val-core/openai/gsm8k/acc/mean@1": 0.125, "val-aux/num_turns/mean": 2.0}, 0)
    for step in range(1, 13):
        share = step / 12
        data = {
            "actor/entropy": 0.9 - 0.5 * share,
            "actor/pg_clipfrac": numpy.float32(0.01 * share),
            "actor/ppo_kl": 0.001 * math.sin(step),
            "actor/grad_norm": math.nan if step == 4 else 1.0 + share,
            "actor/lr": numpy.float64(1e-6),
            "critic/score/mean": 0.2 + 0.6 * share,
            "critic/rewards/mean": 0.2 + 0.6 * share,
            "response_length/mean": 310.0 + step,
            "response_length/clip_ratio": 0.03,
            "perf/throughput": 1234.5,
            "training/global_step": step,
            "training/epoch": 0,
        }
        if step % 6 == 0:
            data["val-core/openai/gsm8k/acc/mean@1"] = 0.125 + 0.5 * share
        log.log(data, step)
    log.finish()
    print(path)


def main():
    output, tracking = sys.argv[1:]
    os.makedirs(FOLDER, exist_ok=True)
    of_trl(output)
    restarted()
    of_version_1()
    of_verl(tracking)
    expected = {
        "trl/events.out.tfevents.1.node.1.0": scalars(os.path.join(FOLDER, "trl")),
        "restarted": scalars(os.path.join(FOLDER, "restarted")),
        "events.out.tfevents.version1": scalars(os.path.join(FOLDER, "events.out.tfevents.version1")),
    }
    with open(os.path.join(FOLDER, "expected.json"), "w", encoding="utf8") as file:
        json.dump(expected, file)
        file.write("\n")


if __name__ == "__main__":
    main()
