"""Starts launch.sh on every node of a Ray cluster; launch.sh submits this file where RAY_ADDRESS is set."""

import os
import socket
import subprocess

import ray

FOLDER = os.path.dirname(os.path.abspath(__file__))


@ray.remote
class Node:
    def address(self):
        return socket.gethostbyname(socket.gethostname())

    def train(self, rank, main):
        named = {"NODE_RANK": str(rank), "MAIN_ADDRESS": main}
        return subprocess.call(["bash", os.path.join(FOLDER, "launch.sh")], env={**os.environ, **named})


def main():
    ray.init()
    count, gpus = int(os.environ["NNODES"]), int(os.environ["GPUS"])
    group = ray.util.placement_group([{"GPU": gpus, "CPU": 1}] * count, strategy="STRICT_SPREAD")
    ray.get(group.ready())
    nodes = [
        Node.options(
            num_gpus=gpus,
            num_cpus=1,
            scheduling_strategy=ray.util.scheduling_strategies.PlacementGroupSchedulingStrategy(
                group, placement_group_bundle_index=index
            ),
        ).remote()
        for index in range(count)
    ]
    first = ray.get(nodes[0].address.remote())
    codes = ray.get([node.train.remote(rank, first) for rank, node in enumerate(nodes)])
    if any(codes):
        raise SystemExit("launch.sh ended with %s" % codes)


if __name__ == "__main__":
    main()
