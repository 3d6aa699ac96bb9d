"""A sweep of GPPO Studio over a Ray cluster: the studio's own command line, on as many workers as there is room for.

    python3 ray_sweep.py sweep.json OUTPUT --studio DIR [--workers N] [--shards N] [--cpus C] [--gpus G] [-- OPTIONS]

DIR is the studio's checkout with its packages, at the same path on every node. Without --shards OUTPUT is on a file
system that all nodes share: N workers take runs from it, and take over those of workers that died. With --shards each
task makes a part of the runs on its node's own disk, and its folder comes back through Ray. Either way OUTPUT has the
tables in the end, and the same command resumes. OPTIONS go to `compare`, for example -- --data DIR.
"""

import argparse
import io
import os
import subprocess
import sys
import tarfile
import tempfile

CLI = ["node", "scripts/with-gpu.mjs", "node", "--import", "tsx", "--import", "./scripts/register-wgsl.mjs"]
# Of a task whose node was lost.
RETRIES = 3


def compare(studio, args):
    """Runs `compare` in the studio's folder. Raises RuntimeError with its last lines."""
    command = CLI + ["src/cli/main.ts", "compare"] + args
    done = subprocess.run(command, cwd=studio, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise RuntimeError("compare %s: exit status %d\n%s" % (" ".join(args), done.returncode, done.stdout[-2000:]))
    return done.stdout


def join(studio, sweep, output, options):
    """One worker on a shared folder."""
    return compare(studio, [sweep, "--output", output, "--join"] + options)


def shard(studio, sweep_text, number, count, options):
    """One shard, as the bytes of a tar archive of its folder."""
    with tempfile.TemporaryDirectory() as folder:
        sweep = os.path.join(folder, "sweep.json")
        with open(sweep, "w", encoding="utf-8") as file:
            file.write(sweep_text)
        output = os.path.join(folder, "shard")
        compare(studio, [sweep, "--output", output, "--shard", "%d/%d" % (number, count)] + options)
        archive = io.BytesIO()
        with tarfile.open(fileobj=archive, mode="w:gz") as tar:
            tar.add(output, arcname=".")
        return archive.getvalue()


def run_shards(ray, remote, args, sweep_text):
    """Missing shards, each stored as soon as it comes back. Returns their folders."""
    folders = [os.path.join(args.output, "shards", "%d-of-%d" % (i + 1, args.shards)) for i in range(args.shards)]
    waiting = {}
    for i, folder in enumerate(folders):
        if not os.path.exists(folder):
            task = ray.remote(**remote)(shard).remote(args.studio, sweep_text, i + 1, args.shards, args.options)
            waiting[task] = folder
    while waiting:
        (done,), _ = ray.wait(list(waiting), num_returns=1)
        folder = waiting.pop(done)
        # Whole or absent: a folder that exists is kept.
        aside = folder + ".partial"
        os.makedirs(aside, exist_ok=True)
        with tarfile.open(fileobj=io.BytesIO(ray.get(done)), mode="r:gz") as tar:
            tar.extractall(aside)
        os.rename(aside, folder)
        print("%s: complete, %d shards left" % (folder, len(waiting)), flush=True)
    return folders


def main(argv):
    split = argv.index("--") if "--" in argv else len(argv)
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("sweep")
    parser.add_argument("output")
    parser.add_argument("--studio", required=True)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--shards", type=int, default=0)
    parser.add_argument("--cpus", type=float, default=1)
    parser.add_argument("--gpus", type=float, default=0)
    args = parser.parse_args(argv[:split])
    args.options = argv[split + 1 :]
    args.output, args.sweep = os.path.abspath(args.output), os.path.abspath(args.sweep)
    with open(args.sweep, encoding="utf-8") as file:
        sweep_text = file.read()

    import ray

    ray.init()
    remote = {"num_cpus": args.cpus, "num_gpus": args.gpus, "max_retries": RETRIES}
    if args.shards:
        folders = run_shards(ray, remote, args, sweep_text)
        print(compare(args.studio, ["--merge"] + folders + ["--output", args.output]))
        return
    task = ray.remote(**remote)(join)
    ray.get([task.remote(args.studio, args.sweep, args.output, args.options) for _ in range(args.workers)])
    # All runs are complete: this one writes the tables.
    print(compare(args.studio, [args.sweep, "--output", args.output] + args.options))


if __name__ == "__main__":
    main(sys.argv[1:])
