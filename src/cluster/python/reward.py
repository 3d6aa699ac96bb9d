"""The reward of the recipe: `compute_score` for verl, `reward` for TRL's GRPOTrainer.

Both grade as GPPO Studio does (gppo_studio/graders.py). A custom reward in JavaScript fails until it is written in
custom_reward.py.
"""

import json
import os
import sys

FOLDER = os.path.dirname(os.path.abspath(__file__))
if FOLDER not in sys.path:
    sys.path.insert(0, FOLDER)

from gppo_studio import graders, settings  # noqa: E402

RECIPE = settings.load()
TASK = RECIPE["task"]
# Longest response in tokens, its end token included.
MAX_RESPONSE_TOKENS = RECIPE["max_response_tokens"]


def _custom(config, response):
    import custom_reward

    value = custom_reward.reward(config, response)
    return graders.Score(value["reward"], value.get("correct")) if isinstance(value, dict) else graders.Score(value)


def grade(response, answer, row, finished, tokens):
    return graders.grade(TASK, row, answer, response, finished, tokens, custom_rewards=_custom)


_TOKENIZER = None


def _token_count(text):
    """verl gives a reward the text alone: its tokens are counted again, without the end token."""
    global _TOKENIZER
    if _TOKENIZER is None:
        from transformers import AutoTokenizer

        _TOKENIZER = AutoTokenizer.from_pretrained(os.environ.get("MODEL") or os.path.join(FOLDER, "model"))
    return len(_TOKENIZER(text, add_special_tokens=False)["input_ids"])


def compute_score(data_source, solution_str, ground_truth, extra_info=None, **_):
    """verl's custom reward function. `acc` is whether the response is correct, by which verl validates."""
    row = json.loads((extra_info or {})["row"])
    # A response of the maximum length was cut off, unless its last token is the end token.
    count = _token_count(solution_str)
    finished = count < MAX_RESPONSE_TOKENS
    found = grade(solution_str, ground_truth, row, finished, count + 1 if finished else count)
    return {"score": found["reward"], "acc": float(found["correct"]), **found["rewards"]}


# Whether each response of the last call was correct, for `positive_lm`.
LAST_CORRECT = []


def text_of(completion):
    return completion if isinstance(completion, str) else "".join(message["content"] for message in completion)


def reward(completions, answer, row, completion_ids=None, end_tokens=None, log_metric=None, **_):
    """TRL's reward function: one number per completion. `answer` and `row` are columns of the data."""
    found = []
    for i, completion in enumerate(completions):
        ids = completion_ids[i] if completion_ids is not None else None
        finished = ids is None or end_tokens is None or (len(ids) > 0 and int(ids[-1]) in end_tokens)
        tokens = None if ids is None else len(ids)
        found.append(grade(text_of(completion), answer[i], json.loads(row[i]), finished, tokens))
    LAST_CORRECT[:] = [one["correct"] for one in found]
    if log_metric is not None and found:
        log_metric("accuracy", sum(one["correct"] for one in found) / len(found))
    return [one["reward"] for one in found]
