"""What one reward says of a response, and what a response is."""

from . import stack_program
from .numbers_in_text import SPACES


class Score:
    """What one reward says: `correct` is None for one that does not judge, `full` whether it is at its highest."""

    def __init__(self, reward, correct=None, full=None, error=None):
        self.reward, self.correct, self.full, self.error = float(reward), correct, full, error


def verdict(correct):
    return Score(1 if correct else 0, bool(correct))


def failed(error):
    return Score(0, False, None, error)


class Response:
    """`finished` is whether the response ended by itself; `tokens` its length, the end token included, or None."""

    def __init__(self, row, answer, text, finished=True, tokens=None):
        self.row, self.answer, self.text, self.finished, self.tokens = row, answer, text, finished, tokens


def _program_in(text):
    return text[text.rfind(";") + 1 :].strip(SPACES)


def tests_score(one, cases, mode):
    count = stack_program.passed(_program_in(one.text), cases) if one.finished else 0
    return Score(stack_program.credit(count, len(cases), mode), count == len(cases))
