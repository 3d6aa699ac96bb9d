"""The verifiers of the studio's own tasks."""

import re

from . import stack_program
from .numbers_in_text import SPACES
from .scores import Score, failed, tests_score, verdict


def _answer_in(text):
    return text[text.rfind("=") + 1 :]


def verify_addition(task, one):
    return verdict(one.finished and one.text == one.answer)


def verify_arithmetic(task, one):
    return verdict(one.finished and _answer_in(one.text) == one.answer)


ORDER_NUMBER = re.compile(r" *(0|[1-9][0-9]*) *\Z")


def verify_sorting(task, one):
    if not one.finished:
        return verdict(False)
    wanted = [piece.strip(SPACES) for piece in (one.answer or "").split(",")]
    pieces = [ORDER_NUMBER.match(piece) for piece in _answer_in(one.text).split(",")]
    found = [match and match.group(1) for match in pieces]
    if found == wanted:
        return verdict(True)
    right = sum(number == other for number, other in zip(wanted, found))
    return Score(right / max(len(wanted), len(found)) if task.get("partial_credit") else 0, False)


class _Refused(Exception):
    pass


MOST_NESTED = 100
PRECEDENCE = {"+": 1, "-": 1, "*": 2, "/": 2}


class _Expression:
    """Whole numbers with + - * / and parentheses; division must leave no remainder."""

    def __init__(self, text):
        self.tokens = re.findall(r"[0-9]+|[^ ]", text)
        self.numbers, self.at = [], 0

    def result(self):
        if not self.tokens:
            raise _Refused()
        value = self.operations(1, 0)
        if self.at < len(self.tokens):
            raise _Refused()
        return value

    def operations(self, precedence, depth):
        if precedence > 2:
            return self.operand(depth)
        value = self.operations(precedence + 1, depth)
        while self.at < len(self.tokens) and PRECEDENCE.get(self.tokens[self.at]) == precedence:
            operator = self.tokens[self.at]
            self.at += 1
            value = self.applied(value, operator, self.operations(precedence + 1, depth))
        return value

    def operand(self, depth):
        if self.at >= len(self.tokens):
            raise _Refused()
        token = self.tokens[self.at]
        self.at += 1
        if token == "(":
            if depth >= MOST_NESTED:
                raise _Refused()
            value = self.operations(1, depth + 1)
            if self.at >= len(self.tokens) or self.tokens[self.at] != ")":
                raise _Refused()
            self.at += 1
            return value
        if not re.match(r"[0-9]+\Z", token) or re.match(r"0[0-9]", token) or len(token) > 20:
            raise _Refused()
        self.numbers.append(token)
        return int(token)

    @staticmethod
    def applied(a, operator, b):
        if operator == "+":
            return a + b
        if operator == "-":
            return a - b
        if operator == "*":
            return a * b
        if b == 0 or a % b != 0:
            raise _Refused()
        return a // b


def verify_countdown(task, one):
    numbers, target = one.row.get("numbers"), one.row.get("target")
    if not one.finished:
        return verdict(False)
    expression = _Expression(_answer_in(one.text))
    try:
        value = expression.result()
    except _Refused:
        return verdict(False)
    left = [str(int(number)) for number in numbers]
    for used in expression.numbers:
        if used not in left:
            return verdict(False)
        left.remove(used)
    return verdict(value == target)


def verify_programs(task, one):
    cases = stack_program.read_cases(one.row.get("tests"))
    return failed("tests: expected test cases") if cases is None else tests_score(one, cases, "soft")


VERIFIERS = {
    "addition": verify_addition,
    "arithmetic": verify_arithmetic,
    "countdown": verify_countdown,
    "programs": verify_programs,
    "sorting": verify_sorting,
}
