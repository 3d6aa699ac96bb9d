/** The launch scripts of TRL: accelerate with FSDP on one node or several, started by hand or through Ray. */
import type { Recipe } from './recipe.ts';

/** @param model the starting checkpoint, by default in the folder itself */
export function trlLaunch(model: string | undefined): string {
  return `#!/usr/bin/env bash
# Trains the recipe with TRL, on the GPUs of one node or of several.
#
#   one process         GPUS=1 ./launch.sh
#   one node            GPUS=8 ./launch.sh
#   several nodes       on each: NNODES=4 NODE_RANK=0..3 MAIN_ADDRESS=FIRST ./launch.sh
#   through Ray         RAY_ADDRESS=http://FIRST:8265 NNODES=4 ./launch.sh (submits ray_launch.py)
#
# Variables: MODEL (starting checkpoint), PER_DEVICE_BATCH (responses per GPU and pass), DTYPE (float32, or bfloat16),
# USE_VLLM (1 samples with vLLM on the same GPUs), OUTPUT, MAX_STEPS (fewer updates), REPORT_TO (wandb, ...).
set -euo pipefail
cd "$(dirname "$0")"
HERE="$PWD"
export MODEL="\${MODEL:-${model ?? '$HERE/model'}}"
export PYTHONPATH="$HERE\${PYTHONPATH:+:$PYTHONPATH}"
GPUS="\${GPUS:-1}"
NNODES="\${NNODES:-1}"
if [ -n "\${RAY_ADDRESS:-}" ]; then
  RAY=$RAY_ADDRESS
  unset RAY_ADDRESS
  exec ray job submit --address "$RAY" -- env NNODES="$NNODES" GPUS="$GPUS" python3 "$HERE/ray_launch.py"
fi
if [ "$GPUS" = 1 ] && [ "$NNODES" = 1 ]; then exec python3 train_trl.py; fi
exec accelerate launch --config_file fsdp.yaml --num_machines "$NNODES" --num_processes "$((GPUS * NNODES))" \\
  --machine_rank "\${NODE_RANK:-0}" --main_process_ip "\${MAIN_ADDRESS:-127.0.0.1}" \\
  --main_process_port "\${MAIN_PORT:-29500}" --mixed_precision "$([ "\${DTYPE:-}" = bfloat16 ] && echo bf16 || echo no)" \\
  train_trl.py
`;
}

export const FSDP_CONFIG = `compute_environment: LOCAL_MACHINE
distributed_type: FSDP
fsdp_config:
  fsdp_version: 2
  fsdp_auto_wrap_policy: TRANSFORMER_BASED_WRAP
  fsdp_reshard_after_forward: true
  fsdp_state_dict_type: FULL_STATE_DICT
  fsdp_cpu_ram_efficient_loading: true
  fsdp_offload_params: false
rdzv_backend: static
same_network: true
use_cpu: false
`;

/** Starts launch.sh once per node of a Ray cluster. */
export const RAY_LAUNCH = `"""Starts launch.sh on every node of a Ray cluster; launch.sh submits this file where RAY_ADDRESS is set."""

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
`;

export function trlRequirements({ lora }: Recipe): string {
  return `# Python 3.10 or later.
trl>=0.24,<2
torch>=2.6
transformers>=4.56
accelerate>=1.4
datasets>=3
${lora ? 'peft>=0.15\n' : ''}`;
}
