#!/usr/bin/env bash
# Trains the recipe with verl, on this machine or, with RAY_ADDRESS, on a Ray cluster that sees this folder.
#
#   one node            ./launch.sh
#   several nodes       on the first: ray start --head; on the others: ray start --address=FIRST:6379
#                       RAY_ADDRESS=http://FIRST:8265 NNODES=4 ./launch.sh
#
# Variables: GPUS (per node, 8), NNODES (1), MODEL (starting checkpoint), MICRO_BATCH (responses per GPU and pass),
# ROLLOUT (vllm), TENSOR_PARALLEL (1), GPU_MEMORY (share for sampling, 0.5), DTYPE (bfloat16, or float32).
# Arguments are further overrides, such as trainer.logger='["console","wandb"]'.
set -euo pipefail
cd "$(dirname "$0")"
HERE="$PWD"
fail() { echo "launch.sh: $1" >&2; exit 2; }
export MODEL="${MODEL:-%%MODEL%%}"
export PYTHONPATH="$HERE${PYTHONPATH:+:$PYTHONPATH}"
# Every process that imports verl registers the loss; external_lib below does it in the workers as well.
export VERL_USE_EXTERNAL_MODULES=gppo_studio.verl_policy_loss
VERL="$(VERL_USE_EXTERNAL_MODULES= python3 -c 'from importlib.metadata import version; print(version("verl"))')" ||
  fail "verl is not installed; see requirements.txt"
at_least() {
  python3 - "$VERL" "$1" <<'PYTHON'
import re, sys

found, wanted = [tuple(map(int, re.findall("[0-9]+", text)[:3])) for text in sys.argv[1:]]
sys.exit(found < wanted)
PYTHON
}
%%CHECKS%%

# verl reads JSONL since 0.7.1.
DATA=jsonl
if ! at_least 0.7.1; then python3 to_parquet.py; DATA=parquet; fi
# From 0.9 the old key is ignored, and the run would train on another reward.
REWARD=custom_reward_function
if at_least 0.9.0; then REWARD=reward.custom_reward_function; fi

# Responses per GPU and pass: the largest number up to MICRO_BATCH that divides those of an update.
GPUS="${GPUS:-8}"
NNODES="${NNODES:-1}"
MICRO_BATCH="$(python3 - %%RESPONSES%% "$((GPUS * NNODES))" "${MICRO_BATCH:-%%MICRO_BATCH%%}" <<'PYTHON'
import sys

responses, gpus, most = map(int, sys.argv[1:])
if responses % gpus:
    sys.exit("launch.sh: expected GPUS x NNODES to divide the %d responses of an update, found %d" % (responses, gpus))
own = responses // gpus
print(max(size for size in range(1, min(own, most) + 1) if own % size == 0))
PYTHON
)"
OVERRIDES=(
%%OVERRIDES%%
  "data.train_files=$HERE/data/train.$DATA"
  "data.val_files=$HERE/data/%%VALIDATION%%.$DATA"
  "$REWARD.path=$HERE/reward.py"
  "$REWARD.name=compute_score"
  "actor_rollout_ref.model.path=$MODEL"
  "actor_rollout_ref.actor.ppo_micro_batch_size_per_gpu=$MICRO_BATCH"
  "actor_rollout_ref.rollout.log_prob_micro_batch_size_per_gpu=$MICRO_BATCH"
  "actor_rollout_ref.ref.log_prob_micro_batch_size_per_gpu=$MICRO_BATCH"
  "actor_rollout_ref.rollout.name=${ROLLOUT:-vllm}"
  "actor_rollout_ref.rollout.tensor_model_parallel_size=${TENSOR_PARALLEL:-1}"
  "actor_rollout_ref.rollout.gpu_memory_utilization=${GPU_MEMORY:-0.5}"
  "actor_rollout_ref.rollout.dtype=${DTYPE:-bfloat16}"
  "actor_rollout_ref.actor.fsdp_config.dtype=${DTYPE:-bfloat16}"
  "trainer.n_gpus_per_node=$GPUS"
  "trainer.nnodes=$NNODES"
)
COMMAND=(python3 -m verl.trainer.main_ppo "${OVERRIDES[@]}" ${LEGACY[@]+"${LEGACY[@]}"} "$@")
if [ -n "${RAY_ADDRESS:-}" ]; then
  # The workers of other nodes get these variables; the folder is at the same path there.
  RUNTIME="$(python3 - <<'PYTHON'
import json, os

NAMED = ("MODEL", "PYTHONPATH", "VERL_USE_EXTERNAL_MODULES")
values = {name: value for name, value in os.environ.items() if name in NAMED or name.startswith("GPPO_STUDIO_")}
print(json.dumps({"env_vars": values}))
PYTHON
  )"
  exec ray job submit --address "$RAY_ADDRESS" --runtime-env-json "$RUNTIME" -- "${COMMAND[@]}"
fi
exec "${COMMAND[@]}"
