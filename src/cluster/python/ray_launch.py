"""Starts launch.sh on every node of a Ray cluster; launch.sh submits this file where RAY_ADDRESS is set."""

import os
import socket
import subprocess

import ray
from ray.util.placement_group import placement_group
from ray.util.scheduling_strategies import PlacementGroupSchedulingStrategy

FOLDER = os.path.dirname(os.path.abspath(__file__))
# Variables of launch.sh that the nodes get from here.
NAMED = ("MODEL", "NNODES", "GPUS", "PER_DEVICE_BATCH", "DTYPE", "USE_VLLM", "OUTPUT", "MAX_STEPS", "REPORT_TO")


@ray.remote
class Node:
    def address(self):
        return socket.gethostbyname(socket.gethostname())

    def train(self, rank, main, given):
        env = {**os.environ, **given, "NODE_RANK": str(rank), "MAIN_ADDRESS": main}
        # With it, launch.sh would submit another job.
        env.pop("RAY_ADDRESS", None)
        return subprocess.call(["bash", os.path.join(FOLDER, "launch.sh")], env=env)


def main():
    ray.init()
    count, gpus = int(os.environ["NNODES"]), int(os.environ["GPUS"])
    group = placement_group([{"GPU": gpus, "CPU": 1}] * count, strategy="STRICT_SPREAD")
    ray.get(group.ready())
    nodes = [
        Node.options(
            num_gpus=gpus,
            num_cpus=1,
            scheduling_strategy=PlacementGroupSchedulingStrategy(group, placement_group_bundle_index=index),
        ).remote()
        for index in range(count)
    ]
    first = ray.get(nodes[0].address.remote())
    given = {name: os.environ[name] for name in os.environ if name in NAMED or name.startswith("GPPO_STUDIO_")}
    codes = ray.get([node.train.remote(rank, first, given) for rank, node in enumerate(nodes)])
    if any(codes):
        raise SystemExit("launch.sh ended with %s" % codes)


if __name__ == "__main__":
    main()
