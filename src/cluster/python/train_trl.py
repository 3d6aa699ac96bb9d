"""Trains the recipe with TRL. Start it with launch.sh, or for one process: python3 train_trl.py

From the environment: MODEL (the starting checkpoint), PER_DEVICE_BATCH (most sequences per forward pass and process),
DTYPE (float32, or bfloat16), USE_VLLM (1 samples with vLLM), OUTPUT, MAX_STEPS (fewer optimizer updates).
"""

import json
import os
import sys

FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, FOLDER)

import reward as rewards  # noqa: E402
from datasets import load_dataset  # noqa: E402
from gppo_studio import settings  # noqa: E402
from gppo_studio.trl_trainer import StudioGRPOTrainer  # noqa: E402
from transformers import AutoTokenizer, GenerationConfig  # noqa: E402
from trl import GRPOConfig  # noqa: E402


def batch_sizes(recipe, processes, most):
    """Sequences per process and pass, and passes per update.

    Raises ValueError where the rollout cannot be divided into equal updates.
    """
    rollout = recipe["prompts"] * recipe["responses"]
    minibatches = recipe["minibatches"]
    if rollout % (minibatches * processes) != 0:
        raise ValueError(
            "expected prompts x responses = %d to be a multiple of minibatches x processes = %d x %d"
            % (rollout, minibatches, processes)
        )
    per_process = rollout // minibatches // processes
    size = max(n for n in range(1, min(most, per_process) + 1) if per_process % n == 0)
    return size, per_process // size


def schedule(recipe, updates):
    """TRL's settings of the learning rate's schedule."""
    low, warmup = recipe["min_learning_rate"], recipe["warmup_steps"]
    named = {"lr_scheduler_type": "constant_with_warmup" if warmup else "constant"}
    if recipe["schedule"] == "cosine":
        named = {"lr_scheduler_type": "cosine_with_min_lr", "lr_scheduler_kwargs": {"min_lr": low}}
    elif recipe["schedule"] == "linear":
        named = {"lr_scheduler_type": "polynomial", "lr_scheduler_kwargs": {"lr_end": low, "power": 1.0}}
    return {**named, "warmup_steps": min(warmup, updates)}


def grpo_config(recipe, processes):
    most = int(os.environ.get("PER_DEVICE_BATCH") or recipe["micro_batch"] or 8)
    size, passes = batch_sizes(recipe, processes, most)
    per_rollout = recipe["minibatches"] * recipe["epochs"]
    updates = int(os.environ.get("MAX_STEPS") or recipe["steps"] * per_rollout)
    use_vllm = os.environ.get("USE_VLLM") == "1"
    dtype = os.environ.get("DTYPE", "float32")
    reference = {}
    if recipe["reference_update_every"]:
        reference = {
            "sync_ref_model": True,
            "ref_model_sync_steps": recipe["reference_update_every"] * per_rollout,
            "ref_model_mixup_alpha": recipe["reference_mixup_alpha"],
        }
    return GRPOConfig(
        output_dir=os.environ.get("OUTPUT", os.path.join(FOLDER, "output")),
        run_name=recipe["name"],
        seed=recipe["seed"],
        per_device_train_batch_size=size,
        gradient_accumulation_steps=passes,
        steps_per_generation=passes * recipe["minibatches"],
        num_iterations=recipe["epochs"],
        num_generations=recipe["responses"],
        max_steps=updates,
        max_completion_length=recipe["max_response_tokens"],
        temperature=recipe["temperature"],
        top_k=recipe["top_k"],
        top_p=recipe["top_p"],
        mask_truncated_completions=recipe["overlong_filter"],
        beta=recipe["kl_coefficient"],
        learning_rate=recipe["learning_rate"],
        weight_decay=recipe["weight_decay"],
        adam_beta1=recipe["adam_beta1"],
        adam_beta2=recipe["adam_beta2"],
        adam_epsilon=recipe["adam_epsilon"],
        max_grad_norm=recipe["gradient_clip"],
        # The rows are in the order in which the studio asks them.
        shuffle_dataset=False,
        bf16=dtype == "bfloat16",
        gradient_checkpointing=recipe["recompute"],
        use_vllm=use_vllm,
        logging_steps=1,
        save_strategy="no" if "MAX_STEPS" in os.environ else "steps",
        report_to=os.environ.get("REPORT_TO", "none"),
        disable_dropout=True,
        **schedule(recipe, updates),
        **reference,
    )


def peft_config(recipe):
    if recipe["lora"] is None:
        return None
    from peft import LoraConfig

    lora = recipe["lora"]
    targets = lora["targets"]
    return LoraConfig(
        r=lora["rank"],
        lora_alpha=lora["alpha"],
        lora_dropout=0.0,
        target_modules="all-linear" if targets == ["all-linear"] else targets,
        task_type="CAUSAL_LM",
    )


def end_tokens(model, tokenizer):
    """Ids that end a response."""
    try:
        ids = GenerationConfig.from_pretrained(model).eos_token_id
    except OSError:
        ids = None
    ids = tokenizer.eos_token_id if ids is None else ids
    return {int(one) for one in (ids if isinstance(ids, (list, tuple)) else [ids])}


def main():
    recipe = settings.load()
    model = os.environ.get("MODEL") or os.path.join(FOLDER, "model")
    tokenizer = AutoTokenizer.from_pretrained(model)
    ends = end_tokens(model, tokenizer)
    data = load_dataset("json", data_files={"train": os.path.join(FOLDER, "data", "train.jsonl")})["train"]

    def studio_reward(completions, **columns):
        return rewards.reward(completions, end_tokens=ends, **columns)

    args = grpo_config(recipe, int(os.environ.get("WORLD_SIZE", "1")))
    trainer = StudioGRPOTrainer(
        model=model,
        args=args,
        processing_class=tokenizer,
        train_dataset=data,
        reward_funcs=studio_reward,
        peft_config=peft_config(recipe),
        recipe=recipe,
        last_correct=rewards.LAST_CORRECT,
    )
    trainer.train()
    trainer.save_model(args.output_dir)
    with open(os.path.join(args.output_dir, "log_history.json"), "w", encoding="utf8") as file:
        json.dump(trainer.state.log_history, file, indent=1)


if __name__ == "__main__":
    main()
