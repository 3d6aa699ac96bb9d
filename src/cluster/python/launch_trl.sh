#!/usr/bin/env bash
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
export MODEL="${MODEL:-%%MODEL%%}"
export PYTHONPATH="$HERE${PYTHONPATH:+:$PYTHONPATH}"
GPUS="${GPUS:-1}"
NNODES="${NNODES:-1}"
if [ -n "${RAY_ADDRESS:-}" ]; then
  RAY=$RAY_ADDRESS
  unset RAY_ADDRESS
  exec ray job submit --address "$RAY" -- env NNODES="$NNODES" GPUS="$GPUS" python3 "$HERE/ray_launch.py"
fi
if [ "$GPUS" = 1 ] && [ "$NNODES" = 1 ]; then exec python3 train_trl.py; fi
exec accelerate launch --config_file fsdp.yaml --num_machines "$NNODES" --num_processes "$((GPUS * NNODES))" \
  --machine_rank "${NODE_RANK:-0}" --main_process_ip "${MAIN_ADDRESS:-127.0.0.1}" \
  --main_process_port "${MAIN_PORT:-29500}" --mixed_precision "$([ "${DTYPE:-}" = bfloat16 ] && echo bf16 || echo no)" \
  train_trl.py
