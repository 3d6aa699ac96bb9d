/** Word problems in GSM8K's shape: a question, a worked solution that ends in `#### n`, and its number of steps. */
import { stream, type Random } from '../src/random.ts';

export interface WordProblem {
  question: string;
  /** One line per step, with the calculation in `<<..>>`; the last line is `#### n`. */
  answer: string;
  /** Number of steps, 1 to 3. */
  difficulty: number;
}

const NAMES = ['Ana', 'Ben', 'Chloe', 'David', 'Emma', 'Felix', 'Grace', 'Hugo', 'Iris', 'Jonas', 'Kira', 'Leo'];
const THINGS = ['apples', 'books', 'cards', 'coins', 'eggs', 'marbles', 'pens', 'shells', 'stamps', 'stickers'];
const BOXES = ['bags', 'boxes', 'jars', 'packs'];

export const SHIPPED_ROWS = 1200;

interface Scene {
  name: string;
  other: string;
  thing: string;
  box: string;
  /** A whole number from `low` to `high`. */
  number: (low: number, high: number) => number;
}

interface Draft {
  question: string;
  steps: string[];
  result: number;
}

/** `3 * 4 = <<3*4=12>>12` */
const shown = (left: number, sign: string, right: number, result: number) =>
  `${left} ${sign} ${right} = <<${left}${sign}${right}=${result}>>${result}`;

type Template = (scene: Scene) => Draft;

const TEMPLATES: readonly Template[] = [
  ({ name, thing, number }) => {
    const [a, b] = [number(2, 60), number(2, 40)];
    return {
      question: `${name} has ${a} ${thing} and finds ${b} more. How many ${thing} does ${name} have now?`,
      steps: [`${name} has ${shown(a, '+', b, a + b)} ${thing}.`],
      result: a + b,
    };
  },
  ({ name, other, thing, number }) => {
    const b = number(2, 30);
    const a = b + number(1, 40);
    return {
      question: `${name} has ${a} ${thing}. ${name} gives ${b} of them to ${other}. How many are left?`,
      steps: [`${shown(a, '-', b, a - b)} ${thing} are left.`],
      result: a - b,
    };
  },
  ({ name, thing, box, number }) => {
    const [a, b] = [number(2, 12), number(2, 12)];
    return {
      question: `There are ${b} ${thing} in each of ${a} ${box}. How many ${thing} does ${name} count in all?`,
      steps: [`${name} counts ${shown(a, '*', b, a * b)} ${thing}.`],
      result: a * b,
    };
  },
  ({ name, other, thing, box, number }) => {
    const [a, b] = [number(2, 9), number(3, 12)];
    const c = number(1, a * b - 1);
    return {
      question:
        `${name} buys ${a} ${box} with ${b} ${thing} each and gives ${c} to ${other}. ` +
        `How many ${thing} does ${name} keep?`,
      steps: [
        `${name} buys ${shown(a, '*', b, a * b)} ${thing}.`,
        `${name} keeps ${shown(a * b, '-', c, a * b - c)} ${thing}.`,
      ],
      result: a * b - c,
    };
  },
  ({ name, other, thing, number }) => {
    const [a, b] = [number(3, 30), number(2, 5)];
    return {
      question: `${name} has ${a} ${thing}. ${other} has ${b} times as many. How many do they have together?`,
      steps: [
        `${other} has ${shown(b, '*', a, a * b)} ${thing}.`,
        `Together they have ${shown(a, '+', a * b, a + a * b)} ${thing}.`,
      ],
      result: a + a * b,
    };
  },
  ({ name, thing, number }) => {
    const [share, people] = [number(2, 12), number(2, 8)];
    const b = number(1, share * people - 1);
    const a = share * people - b;
    return {
      question:
        `${name} has ${a} ${thing}, gets ${b} more and shares all of them equally among ${people} friends. ` +
        'How many does each friend get?',
      steps: [
        `There are ${shown(a, '+', b, a + b)} ${thing}.`,
        `Each friend gets ${shown(a + b, '/', people, share)} ${thing}.`,
      ],
      result: share,
    };
  },
  ({ name, thing, number }) => {
    const [days, perDay, price, start] = [number(2, 7), number(2, 9), number(2, 5), number(5, 40)];
    const [made, earned] = [days * perDay, days * perDay * price];
    return {
      question:
        `${name} sells ${perDay} ${thing} a day for ${days} days, at $${price} each. ${name} had $${start} before. ` +
        `How many dollars does ${name} have in the end?`,
      steps: [
        `${name} sells ${shown(perDay, '*', days, made)} ${thing}.`,
        `They bring ${shown(made, '*', price, earned)} dollars.`,
        `${name} has ${shown(start, '+', earned, start + earned)} dollars in the end.`,
      ],
      result: start + earned,
    };
  },
  ({ name, other, thing, box, number }) => {
    const [a, b, c, d] = [number(2, 9), number(2, 9), number(2, 9), number(2, 9)];
    return {
      question:
        `${name} fills ${a} ${box} with ${b} ${thing} each, and ${other} fills ${c} ${box} with ${d} ${thing} each. ` +
        `How many ${thing} do they use together?`,
      steps: [
        `${name} uses ${shown(a, '*', b, a * b)} ${thing}.`,
        `${other} uses ${shown(c, '*', d, c * d)} ${thing}.`,
        `Together they use ${shown(a * b, '+', c * d, a * b + c * d)} ${thing}.`,
      ],
      result: a * b + c * d,
    };
  },
];

/** Problems of all templates in turn; the same for the same number of rows, without one that occurs twice. */
export function wordProblems(rows: number): WordProblem[] {
  const random = stream(1, 'word problems');
  const questions = new Set<string>();
  const problems: WordProblem[] = [];
  while (problems.length < rows) {
    const template = TEMPLATES[problems.length % TEMPLATES.length];
    if (!template) break;
    const { question, steps, result } = template(sceneOf(random));
    if (questions.has(question)) continue;
    questions.add(question);
    problems.push({ question, answer: [...steps, `#### ${result}`].join('\n'), difficulty: steps.length });
  }
  return problems;
}

function sceneOf(random: Random): Scene {
  const one = (list: readonly string[]) => list[random.integer(list.length)] ?? '';
  const name = one(NAMES);
  return {
    name,
    other: one(NAMES.filter((other) => other !== name)),
    thing: one(THINGS),
    box: one(BOXES),
    number: (low, high) => low + random.integer(high - low + 1),
  };
}
