/** Computes a run's report from the answers of its stages, alike for the page and the command line. */
import { stream } from '../random.ts';
import { clusteredInterval, LEVEL, type Bounds } from '../evaluation/intervals.ts';
import { passAtK, reportedK } from '../evaluation/pass-at-k.ts';
import {
  evaluationReport,
  groupBy,
  lengthRange,
  problemStatistics,
  type EvaluatedProblem,
} from '../evaluation/report.ts';
import { differenceInterval, mcNemar, pairedInterval } from './paired-changes.ts';
import type { Difference, RunReport, ShownAnswer, StageChange, StageReport, TurnedExample } from './run-report.ts';
import { STAGES, type AnsweredProblem, type StageAnswer, type StageAnswers, type StageName } from './stage-answers.ts';

/** What a report says of its run beside the answers. */
export interface ReportAbout {
  run: RunReport['run'];
  asked: Omit<RunReport['asked'], 'problems'>;
  /** What each kind of mistake of the task is, in order. */
  mistakes: Readonly<Record<string, string>>;
}

/** Examples per change and direction. */
const EXAMPLES = 6;
/** Characters of a response that an example shows. */
const SHOWN_CHARACTERS = 4000;

/** @param stages at least one, each of the same problems and as many samples; in any order */
export function runReport({ run, asked, mistakes }: ReportAbout, stages: readonly StageAnswers[]): RunReport {
  const ordered = STAGES.flatMap((name) => stages.find(({ stage }) => stage === name) ?? []);
  const [first, last] = [ordered[0], ordered.at(-1)];
  if (!first || !last) throw new RangeError('a report has at least one stage');
  const pairs = ordered.slice(1).map((to, i) => [ordered[i] as StageAnswers, to] as const);
  return {
    version: 1,
    run,
    asked: { problems: first.problems.length, ...asked },
    level: LEVEL,
    mistakes: { ...mistakes },
    stages: ordered.map((stage) => stageReport(stage, run.seed, Object.keys(mistakes))),
    changes: [...pairs, ...(pairs.length > 1 ? [[first, last] as const] : [])].map(([from, to]) =>
      changeBetween(from, to),
    ),
    examples: pairs.flatMap(([from, to]) => examples(from, to, run.seed)),
  };
}

const evaluated = ({ difficulty, greedy, sampled }: AnsweredProblem): EvaluatedProblem => {
  const response = ({ correct, reward, answer, tokens }: StageAnswer) => ({ correct, reward, answer, length: tokens });
  return { difficulty, greedy: response(greedy), responses: sampled.map(response) };
};

function stageReport({ stage, step, problems }: StageAnswers, seed: number, kinds: readonly string[]): StageReport {
  const greedy = problems.map((problem) => problem.greedy);
  return {
    stage,
    step,
    evaluation: evaluationReport(problems.map(evaluated), { seed, lengthUnit: 'tokens' }),
    by_solution_length: bySolutionLength(problems, seed),
    lengths: { greedy: lengthsOf(greedy), sampled: lengthsOf(problems.flatMap(({ sampled }) => sampled)) },
    mistakes: {
      greedy: Object.fromEntries(
        kinds.map((kind) => [kind, greedy.filter(({ mistake }) => mistake?.kind === kind).length]),
      ),
      sampled: Object.fromEntries(kinds.map((kind) => [kind, shareOf(problems, kind)])),
    },
  };
}

function shareOf(problems: readonly AnsweredProblem[], kind: string) {
  const clusters = problems.map(({ sampled }) => sampled.map(({ mistake }) => Number(mistake?.kind === kind)));
  const responses = clusters.flat().reduce((sum, one) => sum + one, 0);
  return { responses, share: responses / clusters.flat().length, interval: clusteredInterval(clusters) as Bounds };
}

function lengthsOf(answers: readonly StageAnswer[]): StageReport['lengths']['greedy'] {
  const tokens = answers.map((answer) => answer.tokens).sort((a, b) => a - b);
  const middle = tokens.length >> 1;
  const [low = 0, high = 0] = [tokens[tokens.length % 2 === 0 ? middle - 1 : middle], tokens[middle]];
  return { mean: mean(tokens), median: (low + high) / 2, longest: tokens.at(-1) ?? 0 };
}

function bySolutionLength(problems: readonly AnsweredProblem[], seed: number): StageReport['by_solution_length'] {
  const solved = problems.filter((problem) => problem.solution_tokens !== undefined);
  if (solved.length === 0) return null;
  const groups = groupBy(solved, ({ solution_tokens: tokens = 0 }) => lengthRange(tokens));
  const start = (range: string) => Number(range.split('-')[0]);
  return Object.fromEntries(
    [...groups]
      .sort(([a], [b]) => start(a) - start(b))
      .map(([range, own]) => [range, problemStatistics(own.map(evaluated), seed)]),
  );
}

function changeBetween(from: StageAnswers, to: StageAnswers): StageChange {
  const pairs = pairsOf(from, to);
  const turned = turnedOf(pairs);
  const samples = Math.min(...pairs.flatMap(({ before, after }) => [before.sampled.length, after.sampled.length]));
  const passOf = ({ sampled }: AnsweredProblem, k: number) => passAtK(sampled.length, correctOf(sampled), k);
  const changes = pairs.map(({ before, after }) => shareCorrect(after) - shareCorrect(before));
  const bands = [...groupBy(pairs, ({ before }) => before.difficulty ?? '')]
    .filter(([band]) => band !== '')
    .sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }));
  return {
    from: from.stage,
    to: to.stage,
    greedy: {
      ...turned,
      both: pairs.filter(({ before, after }) => before.greedy.correct && after.greedy.correct).length,
      neither: pairs.filter(({ before, after }) => !before.greedy.correct && !after.greedy.correct).length,
      p: mcNemar(turned.gained, turned.lost),
    },
    sampled: {
      ...differenceOf(changes),
      improved: changes.filter((change) => change > 0).length,
      worse: changes.filter((change) => change < 0).length,
      same: changes.filter((change) => change === 0).length,
    },
    'pass@k': Object.fromEntries(
      reportedK(samples).map((k) => [
        k,
        differenceOf(pairs.map(({ before, after }) => passOf(after, k) - passOf(before, k))),
      ]),
    ),
    by_difficulty: Object.fromEntries(bands.map(([band, own]) => [band, turnedOf(own)])),
  };
}

interface Pair {
  problem: number;
  before: AnsweredProblem;
  after: AnsweredProblem;
}

function pairsOf(from: StageAnswers, to: StageAnswers): Pair[] {
  if (from.problems.length !== to.problems.length)
    throw new RangeError(`stages of ${from.problems.length} and ${to.problems.length} problems`);
  return from.problems.map((before, problem) => ({ problem, before, after: to.problems[problem] as AnsweredProblem }));
}

const gained = ({ before, after }: Pair): boolean => !before.greedy.correct && after.greedy.correct;
const lost = ({ before, after }: Pair): boolean => before.greedy.correct && !after.greedy.correct;

function turnedOf(pairs: readonly Pair[]): StageChange['by_difficulty'][string] {
  const [more, fewer] = [pairs.filter(gained).length, pairs.filter(lost).length];
  return {
    problems: pairs.length,
    gained: more,
    lost: fewer,
    difference: (more - fewer) / pairs.length,
    interval: pairedInterval(more, fewer, pairs.length),
  };
}

function differenceOf(differences: readonly number[]): Difference {
  return { difference: mean(differences), interval: differenceInterval(differences) as Bounds };
}

/** Of each direction as many as an example list shows, drawn by the seed and in the order of the problems. */
function examples(from: StageAnswers, to: StageAnswers, seed: number): TurnedExample[] {
  const pairs = pairsOf(from, to);
  const drawn = (turned: Pair[], name: string) =>
    stream(seed, 'report examples', from.stage, to.stage, name)
      .shuffle(turned)
      .slice(0, EXAMPLES)
      .sort((a, b) => a.problem - b.problem);
  return [...drawn(pairs.filter(gained), 'gained'), ...drawn(pairs.filter(lost), 'lost')].map(
    ({ problem, before, after }) => ({
      ...({ from: from.stage, to: to.stage } satisfies Record<string, StageName>),
      problem,
      prompt: before.prompt,
      answer: before.answer,
      ...(before.difficulty !== undefined && { difficulty: before.difficulty }),
      before: shownAnswer(before.greedy),
      after: shownAnswer(after.greedy),
    }),
  );
}

function shownAnswer({ response, tokens, correct, mistake }: StageAnswer): ShownAnswer {
  return {
    response: response.slice(0, SHOWN_CHARACTERS),
    ...(response.length > SHOWN_CHARACTERS && { cut: true }),
    tokens,
    correct,
    ...(mistake && { mistake }),
  };
}

const correctOf = (answers: readonly StageAnswer[]): number => answers.filter(({ correct }) => correct).length;
const shareCorrect = ({ sampled }: AnsweredProblem): number => correctOf(sampled) / sampled.length;
const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;
