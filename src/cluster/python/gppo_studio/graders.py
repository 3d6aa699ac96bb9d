"""The rewards of GPPO Studio in Python, without dependencies; the verifiers are in verifiers.py.

`grade(task, row, answer, response, finished, tokens)` gives what the studio gives: the weighted sum of the rewards and
whether the response is correct. `task` is what is under "task" in a RunConfig.
"""

import json
import re
from fractions import Fraction

from . import stack_program
from .json_schema import DEEPEST, depth, last_fence, matches_schema, read_json
from .numbers_in_text import DIGITLIKE, LETTER, SPACES, first_number, last_number, only_number
from .scores import Response, Score, failed, tests_score, verdict
from .verifiers import VERIFIERS


class CustomReward(NotImplementedError):
    """A reward in JavaScript, which has to be translated by hand."""


def _answer(one, name):
    if one.answer is None:
        raise ValueError("reward %s compares with a reference answer, which the row lacks" % name)
    return one.answer


def _cut(config, one, usual):
    return config.get("require_finished", usual) and not one.finished


def exact(config, one):
    def plain(text):
        text = text.strip(SPACES) if config.get("strip", True) else text
        return text.lower() if config.get("ignore_case") else text

    answer = plain(_answer(one, "exact"))
    if answer == "":
        return failed("the reference answer is empty")
    return verdict(not _cut(config, one, True) and plain(one.text) == answer)


def contains(config, one):
    def plain(text):
        return text.lower() if config.get("ignore_case") else text

    given = config.get("text")
    sought = plain(_answer(one, "contains").strip(SPACES) if given is None else given)
    if sought == "":
        return failed("the reference answer is empty")
    return verdict(not _cut(config, one, False) and sought in plain(one.text))


PIECES = re.compile(r"\\(?:boxed|fbox)[%s]*\{|\\.|[{}]" % SPACES, re.DOTALL)


def boxed_contents(text):
    """What is in each \\boxed{..}, in order; without boxes that never close, and boxes inside of others."""
    opened, boxes = [], []
    for match in PIECES.finditer(text):
        piece = match.group(0)
        if piece == "{":
            opened.append(None)
        elif len(piece) > 2:
            opened.append(match.end())
        elif piece == "}":
            start = opened.pop() if opened else None
            if start is not None:
                boxes.append((start, match.start()))
    contents, taken = [], -1
    for start, end in sorted(boxes, key=lambda box: box[0]):
        if start >= taken:
            taken = end
            contents.append(text[start:end])
    return contents


BOXED = re.compile(r"\\boxed(?:\{\}?)?\Z")
BOLD = re.compile(r"\*\*(?![0-9])|(?<![0-9])\*\*")


def parts_after(text, marker):
    """What follows each occurrence of a marker, up to the next one; for \\boxed{} the contents of each box."""
    trimmed = marker.strip(SPACES)
    if BOXED.match(trimmed):
        return boxed_contents(text)
    plain = text if "*" in marker else BOLD.sub("", text)
    word = "[%s%s]" % (LETTER, DIGITLIKE)
    pattern = "[%s]+" % SPACES
    pattern = pattern.join(re.escape(piece) for piece in re.split(pattern, trimmed))
    if re.match(word, trimmed):
        pattern = "(?<!%s)%s" % (word, pattern)
    if re.match(word, trimmed[-1]):
        pattern = "%s(?!%s)" % (pattern, word)
    found = list(re.finditer(pattern, plain, re.IGNORECASE if trimmed == trimmed.lower() else 0))
    ends = [match.start() for match in found[1:]] + [len(plain)]
    return [plain[match.end() : end] for match, end in zip(found, ends)]


def reference_number(answer, marker):
    if marker is None:
        return last_number(answer)
    parts = parts_after(answer, marker)
    found = [one for one in map(first_number, parts) if one is not None]
    if found:
        return found[-1]
    return None if parts else only_number(answer)


def response_number(response, marker, occurrence):
    if marker is None:
        return last_number(response)
    parts = parts_after(response, marker)
    for part in reversed(parts) if occurrence == "last" else parts:
        found = first_number(part)
        if found is not None:
            return found
    return None


def equal_numbers(a, b, tolerance):
    """A percent sign or a word such as million that only one of the two has may be a unit."""

    def near(x, y):
        return abs(x - y) <= tolerance

    def scaled(one):
        return one.value if one.factor is None else one.value * one.factor

    if near(scaled(a), scaled(b)):
        return True
    return (a.factor is None) != (b.factor is None) and near(a.value, b.value)


def number(config, one):
    reference = reference_number(_answer(one, "number"), config.get("answer_marker"))
    if reference is None:
        return failed("expected a number in the reference answer")
    if _cut(config, one, False):
        return verdict(False)
    found = response_number(one.text, config.get("response_marker"), config.get("occurrence", "last"))
    tolerance = Fraction(str(config.get("tolerance", 0)))
    return verdict(found is not None and equal_numbers(found, reference, tolerance))


def regex(config, one):
    # `python` is the pattern in Python's syntax, which the export writes; see README.md for what it refuses.
    flags = re.ASCII | (re.IGNORECASE if config.get("ignore_case") else 0)
    return verdict(not _cut(config, one, False) and re.search(config["python"], one.text, flags) is not None)


def json_schema(config, one):
    text = last_fence(one.text) if config.get("code_fence") else None
    text = one.text if text is None else text
    if _cut(config, one, False) or depth(text) > DEEPEST:
        return verdict(False)
    try:
        value = read_json(text)
    except ValueError:
        return verdict(False)
    # The schema's own numbers are floats as well.
    return verdict(matches_schema(value, read_json(json.dumps(config.get("schema") or {}))))


def _last_part(text, tags):
    at, inside = 0, None
    for tag in tags:
        opening, closing = "<%s>" % tag, "</%s>" % tag
        if text.count(opening) != 1 or text.count(closing) != 1:
            return None
        start, end = text.find(opening, at), text.find(closing, at)
        if start < 0 or end < start or text[at:start].strip(SPACES) != "":
            return None
        inside = text[start + len(opening) : end]
        at = end + len(closing)
    return inside if text[at:].strip(SPACES) == "" else None


def has_format(config, text):
    tags = config.get("tags", ["think", "answer"])
    if tags:
        text = _last_part("<%s>%s" % (tags[0], text) if config.get("opened") else text, tags)
    if text is None:
        return False
    if not config.get("boxed"):
        return True
    contents = boxed_contents(text)
    return len(contents) == 1 and contents[0].strip(SPACES) != ""


def format_of(config, one):
    return Score(1 if has_format(config, one.text) else 0)


def length(config, one):
    """DAPO's soft overlong punishment (arXiv 2503.14476, equation 13)."""
    if one.tokens is None:
        raise ValueError("reward length: expected the length of each response in tokens, found none")
    free = config["max_tokens"] - config["cache_tokens"]
    if one.tokens <= free:
        reward = 0.0
    else:
        reward = (free - one.tokens) / config["cache_tokens"] if one.tokens <= config["max_tokens"] else -1.0
    return Score(reward, None, reward == 0)


def value_at(row, path):
    """The value of a column, or of fields inside one joined by dots; None where the row has nothing there."""
    if path in row:
        return row[path]
    value = row
    for name in path.split("."):
        if not isinstance(value, dict) or name not in value:
            return None
        value = value[name]
    return value


def tests(config, one):
    column = config.get("column", "tests")
    value = value_at(one.row, column)
    if value is None:
        return failed("the row has no test cases in column %s" % column)
    cases = stack_program.read_cases(value)
    if cases is None:
        return failed("column %s: expected test cases" % column)
    return tests_score(one, cases, config.get("mode", "soft"))


def custom(config, one):
    raise CustomReward(
        "reward custom is JavaScript, which was not translated: write it in Python in custom_reward.py. "
        "Its source:\n%s" % config.get("source", "")
    )


REWARDS = {
    "exact": exact,
    "number": number,
    "contains": contains,
    "regex": regex,
    "json": json_schema,
    "format": format_of,
    "length": length,
    "tests": tests,
}


def reward_keys(rewards):
    """A key per reward: its name, numbered from its second occurrence."""
    seen, keys = {}, []
    for config in rewards:
        name = config["name"]
        seen[name] = seen.get(name, 0) + 1
        keys.append(name if seen[name] == 1 else "%s-%d" % (name, seen[name]))
    return keys


def grade(task, row, answer, response, finished=True, tokens=None, custom_rewards=custom):
    """{"reward", "correct", "rewards", "error"}: the weighted sum, and the score of each reward before its weight.

    Raises CustomReward for a reward in JavaScript, unless `custom_rewards(config, response)` scores it.
    """
    one = Response(row, answer, response, finished, tokens)
    verify = VERIFIERS.get(task["name"])
    rewards = task.get("rewards")
    if not rewards:
        if verify is None:
            raise ValueError("task.rewards: expected at least one reward, because nothing else grades")
        score = verify(task, one)
        return {"reward": score.reward, "correct": bool(score.correct), "rewards": {}, "error": score.error}
    scores = []
    for config in rewards:
        if config["name"] == "custom":
            scores.append(custom_rewards(config, one))
        elif config["name"] == "verifier":
            scores.append(verify(task, one))
        else:
            scores.append(REWARDS[config["name"]](config, one))
    weights = [config.get("weight", 1) for config in rewards]
    verdicts = [score.correct for score in scores if score.correct is not None]
    if verdicts:
        correct = all(verdicts)
    else:
        sought = [score for score, weight in zip(scores, weights) if weight > 0]
        correct = bool(sought) and all(
            (score.reward >= 1 if score.full is None else score.full) for score in sought
        )
    errors = [score.error for score in scores if score.error is not None]
    reward = 0.0
    for weight, score in zip(weights, scores):
        # sum() rounds otherwise since Python 3.12.
        reward += weight * score.reward
    return {
        "reward": reward,
        "correct": correct,
        "rewards": {key: score.reward for key, score in zip(reward_keys(rewards), scores)},
        "error": "; ".join(errors) if errors else None,
    }
