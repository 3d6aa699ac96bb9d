"""The stack language of GPPO Studio's task `programs` and reward `tests`, and what test cases make of a program."""

import json

MOST_SYMBOLS = 256
MOST_STEPS = 1000
MOST_DEPTH = 32
LARGEST_NUMBER = 9999
MOST_CASES = 1000
DIGITS = "0123456789"
OTHERS = "+-*/%<>=dpsor()"


class ProgramError(Exception):
    """A fault of a program; every run ends with one or with a stack."""


def parse(text):
    """Symbols and, for each bracket, the index of its partner."""
    if len(text) > MOST_SYMBOLS:
        raise ProgramError("program-too-long")
    partners, opened = {}, []
    for at, symbol in enumerate(text):
        if symbol not in DIGITS and symbol not in OTHERS:
            raise ProgramError("unknown-symbol")
        if symbol == "(":
            opened.append(at)
        elif symbol == ")":
            if not opened:
                raise ProgramError("unmatched-bracket")
            start = opened.pop()
            partners[start], partners[at] = at, start
    if opened:
        raise ProgramError("unmatched-bracket")
    return text, partners


def _push(stack, value):
    if abs(value) > LARGEST_NUMBER:
        raise ProgramError("number-too-large")
    if len(stack) == MOST_DEPTH:
        raise ProgramError("stack-too-deep")
    stack.append(value)


def _need(stack, count):
    if len(stack) < count:
        raise ProgramError("stack-underflow")


BINARY = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a // b,
    "%": lambda a, b: a % b,
    "<": lambda a, b: int(a < b),
    ">": lambda a, b: int(a > b),
    "=": lambda a, b: int(a == b),
}
# How many of the topmost numbers are taken, and which are left by their index.
REORDER = {"d": (1, (0, 0)), "p": (1, ()), "s": (2, (1, 0)), "o": (2, (0, 1, 0)), "r": (3, (1, 2, 0))}


def _execute(symbol, stack):
    if symbol in DIGITS:
        _push(stack, int(symbol))
    elif symbol in BINARY:
        _need(stack, 2)
        b, a = stack.pop(), stack.pop()
        if symbol in "/%" and b == 0:
            raise ProgramError("division-by-zero")
        _push(stack, BINARY[symbol](a, b))
    elif symbol in REORDER:
        count, left = REORDER[symbol]
        _need(stack, count)
        taken = stack[len(stack) - count :]
        del stack[len(stack) - count :]
        for index in left:
            _push(stack, taken[index])
    elif symbol == "(":
        _need(stack, 1)
        if stack[-1] < 0:
            raise ProgramError("negative-count")


def result_of(program, inputs):
    """The one number that a program leaves. Raises ProgramError."""
    symbols, partners = program
    stack, left = list(inputs), []
    at, steps = 0, 1
    while at < len(symbols):
        symbol = symbols[at]
        if steps > MOST_STEPS:
            raise ProgramError("too-many-steps")
        _execute(symbol, stack)
        if symbol == "(":
            count = stack.pop()
            if count > 0:
                left.append(count)
            else:
                at = partners[at]
        elif symbol == ")":
            more = left.pop() - 1
            if more > 0:
                left.append(more)
                at = partners[at]
        at += 1
        steps += 1
    if len(stack) != 1:
        raise ProgramError("result-count")
    return stack[0]


def _is_number(value):
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value or abs(value) > LARGEST_NUMBER:
        return False
    return float(value).is_integer()


def read_cases(value):
    """Pairs of inputs and output from a list of {"input", "output"} or the same as JSON; None for anything else."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return None
    if not isinstance(value, (list, tuple)) or not 1 <= len(value) <= MOST_CASES:
        return None
    cases = []
    for one in value:
        if not isinstance(one, dict):
            return None
        given, output = one.get("input"), one.get("output")
        inputs = list(given) if isinstance(given, (list, tuple)) else [given]
        if len(inputs) > MOST_DEPTH or not all(map(_is_number, inputs)) or not _is_number(output):
            return None
        cases.append(([int(number) for number in inputs], int(output)))
    return cases


def passed(text, cases):
    """How many test cases a program passes."""
    try:
        program = parse(text)
    except ProgramError:
        return 0
    count = 0
    for inputs, output in cases:
        try:
            count += result_of(program, inputs) == output
        except ProgramError:
            pass
    return count


def credit(count, total, mode):
    """`mean-sign` is what _compute_score of KlearReasoner's code_r1_compute.py returns."""
    if mode == "hard":
        return 1.0 if count == total else 0.0
    return (2 * count - total) / total if mode == "mean-sign" else count / total
