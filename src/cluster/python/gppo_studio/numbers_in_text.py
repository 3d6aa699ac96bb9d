"""Finds the numbers in a text with their exact values: a translation of GPPO Studio's reward `number`.

The forms that are read are in the table of docs/rewards.md of the studio.
"""

import re
import sys
import unicodedata
from collections import namedtuple
from fractions import Fraction

# White space of JavaScript, in which the rewards are written.
SPACES = (
    "\t\n\x0b\x0c\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)


def _class_of(initial):
    """The characters whose Unicode category begins with a letter, as the inside of a regular expression's class."""
    ranges, start = [], None
    for code in range(sys.maxunicode + 2):
        inside = code <= sys.maxunicode and unicodedata.category(chr(code))[0] == initial
        if inside and start is None:
            start = code
        elif not inside and start is not None:
            ranges.append(re.escape(chr(start)) + "-" + re.escape(chr(code - 1)))
            start = None
    return "".join(ranges)


LETTER = _class_of("L")
DIGITLIKE = _class_of("N")
L = "[%s]" % LETTER

FoundNumber = namedtuple("FoundNumber", "value factor hour start end")
FoundNumber.__doc__ = """A number and its place in the plain text.

`factor` is that of a percent sign (1/100) or a word such as million, which may also be a unit; None without one.
`hour` says whether it is a full hour, such as 2:00.
"""

FORMS = [
    r"[1-9][0-9]{0,2}(?: [0-9]{3}){2,}(?![0-9,]|\.[0-9])",
    r"[1-9][0-9]{0,2} 0[0-9][0-9](?![0-9,]|\.[0-9])",
    r"[1-9][0-9]{0,2}(?:\.[0-9]{3}){2,}(?![0-9.])",
    "(?:[1-9][0-9]*(?:[,\u00a0\u202f\u2009'\u2019_][0-9]{3})+(?![0-9])"
    r"|[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}(?![0-9])|[0-9]+)(?:\.[0-9]+)?",
    r"\.[0-9]+",
]
NUMERAL = re.compile("|".join(FORMS))
ANSWER_NUMERAL = re.compile("|".join([r"[1-9][0-9]*(?:,[0-9]+)+(?:\.[0-9]+)?"] + FORMS))
GROUPED_BY_DOTS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3}){2,}\Z")
SEPARATORS = re.compile("[, \u00a0\u202f\u2009'\u2019_]")

MOST_DIGITS = 400
EXPONENT = re.compile("[eE]([-+]?[0-9]{1,4})(?![%s0-9])" % LETTER)
TIMES_POWER_OF_TEN = re.compile("[ \t\u202f]*[\u00d7x*\u00b7][ \t\u202f]*10[ \t]?\\^[ \t]?\\{?([-+]?[0-9]{1,4})\\}?")
POWER = re.compile(r"[ \t]?\^[ \t]?\{?([-+]?[0-9]{1,4})\}?")
SLASH = re.compile(r"[ \t]{0,3}/[ \t]{0,3}(?=[0-9])")
MIXED = re.compile(
    "(?:[ \t\u00a0\u202f]{1,3}|[ \t]and[ \t])([0-9]{1,9})/([0-9]{1,9})(?![0-9/]|\\.[0-9])"
)
PERCENT = re.compile("[ \t\u202f]{0,3}(?:%%|(?:percent|per cent|pct)(?!%s))" % L, re.IGNORECASE)
SCALE = re.compile(
    "[ \t\u202f]{0,3}(hundred|thousand|million|billion|trillion|dozen)s?(?!%s)|k(?!%s)" % (L, L), re.IGNORECASE
)
SCALES = {
    "hundred": 10**2,
    "thousand": 10**3,
    "k": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
    "dozen": 12,
}

CURRENCY = (
    "(?:(?:US|CA|C|AU|A|NZ|HK|S|R)?\\$|[\u20ac\u00a3\u00a5\u20b9\u20a9\u20bd\u00a2]"
    "|(?:Rs\\.?|USD|EUR|GBP|INR|JPY|CNY|CAD|AUD)(?!%s))" % L
)
SIGN = re.compile("([-+\u2013])([ \t]*)%s?[ \t]*\\Z|%s[ \t]*([-+\u2013])\\Z" % (CURRENCY, CURRENCY))
SIGN_IN_WORDS = re.compile(
    "([^%s]?)[ \t]*(?<!%s)(?:minus|negative)[ \t]+%s?\\Z" % (SPACES, L, CURRENCY), re.IGNORECASE
)
CURRENCY_IN_LETTERS = re.compile("(?:^|[^%s])(?:Rs|USD|EUR|GBP|INR|JPY|CNY|CAD|AUD)\\Z" % LETTER)
CONTEXT = 24

LEADING_MINUS = re.compile(
    "^([ \t\u00a0\u202f]*[-\u2013])[ \t\u00a0\u202f]+(?=%s?[ \t]?\\.?[0-9])" % CURRENCY
)
OPERATORS = re.compile(
    "^[ \t\u202f]*(?:%s*[ \t]?(?:/|per )?%s+[ \t]*)?[)\\]}$ \t]*"
    "(?:[-+*\u00d7x\u00b7\u00f7/=\u2248\u2013]+|(?<=[ \t])of(?=[ \t])|(?<=[0-9)])(?=\\()|^(?=\\())"
    "[=\u2248(\\[{$\u20ac\u00a3\u00a5+ \t\u202f-]*\\Z" % (L, L)
)
MOST_BETWEEN = 40

VULGAR = {
    "\u00bd": "1/2", "\u2153": "1/3", "\u2154": "2/3", "\u00bc": "1/4", "\u00be": "3/4", "\u2155": "1/5",
    "\u2156": "2/5", "\u2157": "3/5", "\u2158": "4/5", "\u2159": "1/6", "\u215a": "5/6", "\u2150": "1/7",
    "\u215b": "1/8", "\u215c": "3/8", "\u215d": "5/8", "\u215e": "7/8", "\u2151": "1/9", "\u2152": "1/10",
}
SUPERSCRIPTS = "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079"


def _fraction(match):
    digit = match.group(1) or ""
    above = (match.group(2) if match.group(2) is not None else match.group(3) or "").strip(SPACES)
    below = (match.group(4) if match.group(4) is not None else match.group(5) or "").strip(SPACES)
    if not re.match(r"[-+]?[0-9.,]+\Z", above) or not re.match(r"[0-9.,]+\Z", below):
        return match.group(0)
    return "%s%s%s/%s" % (digit, " " if digit else "", above, below)


def _vulgar(match):
    digit = match.group(1) or ""
    return "%s%s%s" % (digit, " " if digit else "", VULGAR[match.group(2)])


def _superscript(match):
    return "^" + "".join("-" if sign == "\u207b" else str(SUPERSCRIPTS.index(sign)) for sign in match.group(0))


ANY_SPACE = "[%s]" % SPACES
RULES = [
    (re.compile(r"<<[^<>\n]*>>"), ""),
    (re.compile("[\uff10-\uff19]"), lambda match: chr(ord(match.group(0)) - 0xFF10 + 48)),
    (re.compile("[\u2212\uff0d\ufe63\u2010\u2011]"), "-"),
    (re.compile(r"\*\*(?![0-9])|(?<![0-9])\*\*"), ""),
    (re.compile(r"\\([$%#&])"), r"\1"),
    (re.compile(r"\{,\}"), ","),
    (re.compile(r"\\!"), ""),
    (re.compile(r"\\(?:[,;: ]|thinspace(?![A-Za-z0-9_]))|~"), "\u202f"),
    (re.compile(r"\\(?:left|right|displaystyle)(?![A-Za-z])"), ""),
    (re.compile(r"\\(?:times|cdot|ast)(?![A-Za-z])"), "\u00d7"),
    (re.compile(r"\\div(?![A-Za-z])"), "\u00f7"),
    (re.compile(r"\\approx(?![A-Za-z])"), "\u2248"),
    (
        re.compile(
            r"\\(?:text|textbf|textit|mathrm|mathbf|mathit|operatorname|mbox)" + ANY_SPACE + r"?\{([^{}]*)\}"
        ),
        r" \1 ",
    ),
    (
        re.compile(
            r"([0-9]?)\\[dtc]?frac" + ANY_SPACE + r"?(?:\{([^{}]{1,80})\}|([0-9]))" + ANY_SPACE
            + r"?(?:\{([^{}]{1,80})\}|([0-9]))"
        ),
        _fraction,
    ),
    (re.compile(r"\\[()\[\]]"), " "),
    (re.compile("([0-9]?)([%s])" % "".join(VULGAR)), _vulgar),
    (re.compile("\u2044"), "/"),
    (re.compile("(?<=[0-9])\u207b?[%s]+" % SUPERSCRIPTS), _superscript),
]


def plain_text(text):
    """Rewrites LaTeX, Markdown and special characters around numbers."""
    for pattern, by in RULES:
        text = pattern.sub(by, text)
    return text


def numbers_in(text):
    """All numbers of a text, in order."""
    return placed_numbers(plain_text(text), NUMERAL)


def last_number(text):
    """The last number of a text; a full hour counts only in a text without other numbers."""
    numbers = numbers_in(text)
    plain = [one for one in numbers if not one.hour]
    return (plain or numbers or [None])[-1]


def first_number(text):
    """The first number of an answer; of an equation, the number after the last equals sign."""
    plain = LEADING_MINUS.sub(r"\1", plain_text(text))
    numbers = placed_numbers(plain, ANSWER_NUMERAL)
    chosen = earlier = numbers[0] if numbers else None
    for before, after in zip(numbers, numbers[1:]):
        gap = plain[before.end : after.start]
        if len(gap) > MOST_BETWEEN or not OPERATORS.search(gap):
            break
        if "=" in gap or "\u2248" in gap:
            earlier, chosen = chosen, after
        else:
            chosen = earlier
    return chosen


def only_number(text):
    """The number of a text that is nothing but one number with its currency, unit or final full stop."""
    numbers = numbers_in(text)
    other = re.search("[0-9].*%s.*[0-9]|%s{2,}.*[0-9]" % (ANY_SPACE, L), text.strip(SPACES), re.DOTALL)
    return numbers[0] if len(numbers) == 1 and not other else None


def placed_numbers(text, numeral):
    found, taken = [], 0
    for match in numeral.finditer(text):
        if match.start() < taken:
            continue
        one = _read(text, match.start(), match.group(0))
        taken = one.end
        if one.value is not None:
            found.append(one)
    return found


def _read(text, index, match):
    """A FoundNumber without a value for what is no number: times, dates, versions, names such as CO2."""
    before = text[index - 1] if index > 0 else ""
    dotted = match.startswith(".") and bool(re.match("[%s0-9)]" % LETTER, before))
    start, digits = (index + 1, match[1:]) if dotted else (index, match)
    end = index + len(match)
    more = re.compile(r"(?:[.:][0-9]+)+").match(text, end)
    if more and re.match(r"[0-9]{1,2}\Z", digits) and re.match(r"(?::00){1,2}\Z", more.group(0)):
        return FoundNumber(_decimal(digits), None, True, start, more.end())
    if more:
        return FoundNumber(None, None, False, start, more.end())
    if len(digits) > MOST_DIGITS or _part_of_name(text, start):
        return FoundNumber(None, None, False, start, end)
    value = _decimal(digits.replace(".", "") if GROUPED_BY_DOTS.match(digits) else SEPARATORS.sub("", digits))

    ten = EXPONENT.match(text, end) or TIMES_POWER_OF_TEN.match(text, end)
    power = None if ten else POWER.match(text, end)
    if ten:
        end = ten.end()
        value *= _power_of_ten(int(ten.group(1)))
    elif power:
        end = power.end()
        value = _raise(value, int(power.group(1)))
        if value is None:
            return FoundNumber(None, None, False, start, end)
    else:
        slash = SLASH.match(text, end)
        if slash:
            below, end = _denominator(text, slash.end())
            if below is None:
                return FoundNumber(None, None, False, start, end)
            value /= below
        elif re.match(r"[0-9]+\Z", SEPARATORS.sub("", digits)):
            mixed = MIXED.match(text, end)
            if mixed and 0 < int(mixed.group(1)) < int(mixed.group(2)):
                end = mixed.end()
                value += Fraction(int(mixed.group(1)), int(mixed.group(2)))
    if _negative(text, start):
        value = -value
    percent = PERCENT.match(text, end)
    scale = None if percent else SCALE.match(text, end)
    if percent or scale:
        end = (percent or scale).end()
    factor = Fraction(1, 100) if percent else None
    if scale:
        factor = Fraction(SCALES[(scale.group(1) or scale.group(0)).lower()])
    return FoundNumber(value, factor, False, start, end)


def _denominator(text, at):
    """The number after a slash and its end; None where it is zero, or one of several as in a date."""
    match = re.compile(r"[0-9,]*[0-9](?:\.[0-9]+)?").match(text, at)
    digits = match.group(0) if match else ""
    end = at + len(digits)
    more = re.compile(r"(?:/[0-9]+)+").match(text, end)
    if more:
        return None, more.end()
    if digits == "" or len(digits) > MOST_DIGITS:
        return None, end
    value = _decimal(digits.replace(",", ""))
    return (None if value == 0 else value), end


def _part_of_name(text, start):
    before = text[max(0, start - CONTEXT) : start]
    if re.search(r"[%s0-9]_\{?\Z" % LETTER, before):
        return True
    return bool(
        re.search("%s\\Z" % L, before)
        and not CURRENCY_IN_LETTERS.search(before)
        and not re.search("(?:^|[0-9%s)])[xX]\\Z" % SPACES, before)
    )


def _negative(text, start):
    """Whether a minus stands before the numeral that is neither a hyphen, a bullet, nor an operation."""
    before = text[max(0, start - CONTEXT) : start]
    words = SIGN_IN_WORDS.search(before)
    if words:
        return not re.search("[0-9)]", words.group(1) or "")
    match = SIGN.search(before)
    if not match:
        return False
    sign = match.group(1) if match.group(1) is not None else match.group(3)
    if sign is None or sign == "+":
        return False
    if match.group(3) is not None:
        return True
    rest = before[: match.start()]
    last = rest.rstrip(SPACES)[-1:]
    if match.group(2) != "":
        return last in ("=", "(")
    if re.search("[%s0-9)\\]%%\\-\u2013]\\Z" % LETTER, rest):
        return False
    return not re.search(r"[0-9)\]%]", last) or bool(re.search("\n%s*\\Z" % ANY_SPACE, rest))


def _decimal(text):
    whole, _, part = text.partition(".")
    return Fraction(int(whole + part or "0"), 10 ** len(part))


def _power_of_ten(exponent):
    size = 10 ** min(abs(exponent), MOST_DIGITS)
    return Fraction(1, size) if exponent < 0 else Fraction(size)


def _raise(value, exponent):
    digits = max(len(str(abs(value.numerator))), len(str(value.denominator)))
    if digits * abs(exponent) > MOST_DIGITS or (value == 0 and exponent < 0):
        return None
    return value**exponent
