#!/usr/bin/env bash
# Trains the recipe with TRL, on the GPUs of one node or of several.
#
#   one process         GPUS=1 ./launch.sh
#   one node            GPUS=8 ./launch.sh
#   several nodes       on each: NNODES=4 NODE_RANK=0..3 MAIN_ADDRESS=FIRST ./launch.sh
#   through Ray         RAY_ADDRESS=http://FIRST:8265 NNODES=4 GPUS=8 ./launch.sh (submits ray_launch.py)
#
# Variables: MODEL (starting checkpoint), PER_DEVICE_BATCH (responses per GPU and pass), DTYPE (float32, or bfloat16),
# USE_VLLM (1 samples with vLLM on the same GPUs), OUTPUT, MAX_STEPS (fewer updates), REPORT_TO (wandb, ...).
set -euo pipefail
cd "$(dirname "$0")"
HERE="$PWD"
export MODEL="${MODEL:-%%MODEL%%}"
export PYTHONPATH="$HERE${PYTHONPATH:+:$PYTHONPATH}"
GPUS="${GPUS:-1}"
NNODES="${NNODES:-1}"
if [ -n "${RAY_ADDRESS:-}" ]; then
  # ray_launch.py and the nodes that it starts get these variables; the folder is at the same path there.
  RUNTIME="$(NNODES="$NNODES" GPUS="$GPUS" python3 - <<'PYTHON'
import json, os

NAMED = (
    "MODEL", "PYTHONPATH", "NNODES", "GPUS", "PER_DEVICE_BATCH", "DTYPE", "USE_VLLM", "OUTPUT", "MAX_STEPS", "REPORT_TO"
)
values = {name: value for name, value in os.environ.items() if name in NAMED or name.startswith("GPPO_STUDIO_")}
print(json.dumps({"env_vars": values}))
PYTHON
  )"
  exec ray job submit --address "$RAY_ADDRESS" --runtime-env-json "$RUNTIME" -- python3 "$HERE/ray_launch.py"
fi
if [ "$GPUS" = 1 ] && [ "$NNODES" = 1 ]; then exec python3 train_trl.py; fi
exec accelerate launch --config_file fsdp.yaml --num_machines "$NNODES" --num_processes "$((GPUS * NNODES))" \
  --machine_rank "${NODE_RANK:-0}" --main_process_ip "${MAIN_ADDRESS:-127.0.0.1}" \
  --main_process_port "${MAIN_PORT:-29500}" --mixed_precision "$([ "${DTYPE:-}" = bfloat16 ] && echo bf16 || echo no)" \
  train_trl.py
