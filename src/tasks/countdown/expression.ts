/** Reads an expression of whole numbers and computes its exact value; division must leave no remainder. */

/** @property numbers in the order in which they are written */
export type Evaluated = { value: bigint; numbers: string[] } | { problem: string };

/** Nesting that no solution needs; more would exhaust the stack. */
const DEEPEST = 100;
const PRECEDENCE: Partial<Record<string, number>> = { '+': 1, '-': 1, '*': 2, '/': 2 };

class Refused extends Error {}

/**
 * Digits are ASCII, numbers without leading zeros; spaces are allowed between numbers and signs. A number has no sign
 * of its own. Operations of one precedence are done from the left.
 */
export function evaluate(text: string): Evaluated {
  try {
    return new Parser(text).result();
  } catch (error) {
    if (error instanceof Refused) return { problem: error.message };
    throw error;
  }
}

class Parser {
  private readonly tokens: string[];
  private readonly numbers: string[] = [];
  private at = 0;

  constructor(text: string) {
    this.tokens = text.match(/[0-9]+|[^ ]/gu) ?? [];
  }

  result(): Evaluated {
    if (this.tokens.length === 0) throw new Refused('the answer is empty');
    const value = this.operations(1, 0);
    const rest = this.tokens[this.at];
    if (rest === ')') throw new Refused('")" closes no parenthesis');
    if (rest !== undefined) throw new Refused(`expected an operation, found ${shown(rest)}`);
    return { value, numbers: this.numbers };
  }

  /** Operands joined by operations of at least this precedence. */
  private operations(precedence: number, depth: number): bigint {
    if (precedence > 2) return this.operand(depth);
    let value = this.operations(precedence + 1, depth);
    for (;;) {
      const operator = this.tokens[this.at];
      if (operator === undefined || PRECEDENCE[operator] !== precedence) return value;
      this.at += 1;
      value = applied(value, operator, this.operations(precedence + 1, depth));
    }
  }

  private operand(depth: number): bigint {
    const token = this.tokens[this.at];
    if (token === undefined) throw new Refused('the expression ends where a number is expected');
    this.at += 1;
    if (token === '(') {
      if (depth >= DEEPEST) throw new Refused(`more than ${DEEPEST} parentheses inside of each other`);
      const value = this.operations(1, depth + 1);
      const closing = this.tokens[this.at];
      if (closing === undefined) throw new Refused('"(" is not closed');
      if (closing !== ')') throw new Refused(`expected an operation or ")", found ${shown(closing)}`);
      this.at += 1;
      return value;
    }
    if (!/^[0-9]+$/.test(token)) throw new Refused(`expected a number, found ${shown(token)}`);
    if (/^0[0-9]/.test(token)) throw new Refused(`${shown(token)} has a leading zero`);
    // Values of longer numbers take long to compute, and no problem has them.
    if (token.length > 20) throw new Refused(`${shown(token)} is not one of the numbers`);
    this.numbers.push(token);
    return BigInt(token);
  }
}

function applied(a: bigint, operator: string, b: bigint): bigint {
  if (operator === '+') return a + b;
  if (operator === '-') return a - b;
  if (operator === '*') return a * b;
  if (b === 0n) throw new Refused('division by zero');
  if (a % b !== 0n) throw new Refused(`${a}/${b} leaves a remainder`);
  return a / b;
}

const shown = (token: string): string => JSON.stringify(token.length > 20 ? `${token.slice(0, 20)}...` : token);
