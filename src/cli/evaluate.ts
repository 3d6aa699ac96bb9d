/** `evaluate`: greedy accuracy, avg@k, pass@k, maj@k and cons@k of a model, or of given responses, on a task. */
import type { Row } from '../data/row.ts';
import { inputError, StudioError } from '../errors.ts';
import { parseJsonText } from '../json-text.ts';
import { finalAnswer } from '../evaluation/final-answer.ts';
import {
  evaluationReport,
  problemScores,
  type EvaluatedProblem,
  type EvaluationReport,
  type ProblemScores,
} from '../evaluation/report.ts';
import type { TaskConfig } from '../run/config/task.ts';
import { percent } from '../run/metrics/units.ts';
import { responseDetails, scoreDetail } from '../session/evaluation-details.ts';
import { evaluatedProblems, evaluateModel } from '../session/model-evaluation.ts';
import { ModelTask } from '../tasks/model-task.ts';
import { createTask } from '../tasks/registry.ts';
import { rowGrader, type RowGrader, type RowResponse } from '../tasks/row-grader.ts';
import type { Problem } from '../tasks/task.ts';
import { loadTokenizer } from '../text/load-tokenizer.ts';
import { checkPositionals, optionalNumber, readArguments, required, type Arguments } from './arguments.ts';
import { dataFolders, folderData } from './data-sources.ts';
import { readText, writeWhole } from './files.ts';
import { createModel, readModelFiles } from './load-model.ts';
import { readTask } from './task-file.ts';
import { openNodeGpu } from './node-gpu.ts';

const COMMAND = 'evaluate';
/** Problems of a generated task, if it has as many, and at most of a data set. */
const PROBLEMS = { generated: 256, dataset: 1000 };
/** Responses that are graded at once. */
const GRADED_AT_ONCE = 1024;
/** Options that only a model needs. */
const OF_MODELS = ['adapter', 'samples', 'problems', 'temperature', 'seed', 'max-tokens', 'data'];

/** Problems with graded responses, and their rows of --details. */
interface Evaluated {
  problems: EvaluatedProblem[];
  details: object[];
}

export async function evaluate(args: string[]): Promise<void> {
  const given = readArguments(COMMAND, args, ['model', 'task', 'responses', 'output', 'details', ...OF_MODELS]);
  checkPositionals(given, COMMAND, 0);
  const output = required(given, COMMAND, 'output');
  const path = required(given, COMMAND, 'task');
  const { model, responses } = given.values;
  if ((model === undefined) === (responses === undefined))
    throw inputError(
      COMMAND,
      `expected either --model or --responses, found ${model === undefined ? 'neither' : 'both'}`,
    );
  const unused = responses === undefined ? undefined : OF_MODELS.find((name) => given.values[name] !== undefined);
  if (unused !== undefined) throw inputError(COMMAND, `--${unused}: expected only with --model, found --responses`);
  const seed = optionalNumber(given, COMMAND, 'seed', 0, { integer: true, min: 0, max: 0xffffffff });
  const task = await readTask(path);
  const { problems, details } =
    responses === undefined
      ? await ofModel(given, task, path, seed)
      : await ofResponses(required(given, COMMAND, 'responses'), task);
  const report = evaluationReport(problems, { seed, lengthUnit: responses === undefined ? 'tokens' : 'characters' });
  if (given.values['details'] !== undefined)
    await writeWhole(required(given, COMMAND, 'details'), detailLines(details, problemScores(problems, seed)));
  await writeWhole(output, `${JSON.stringify(report, null, 2)}\n`);
  for (const line of summaryLines(report)) console.log(line);
}

async function ofModel(given: Arguments, config: TaskConfig, path: string, seed: number): Promise<Evaluated> {
  const samples = optionalNumber(given, COMMAND, 'samples', 8, { integer: true, min: 1, max: 10_000 });
  const temperature = optionalNumber(given, COMMAND, 'temperature', 1, { min: 0 });
  const wanted = optionalNumber(given, COMMAND, 'problems', 0, { integer: true, min: 1 });
  const limit = optionalNumber(given, COMMAND, 'max-tokens', 0, { integer: true, min: 1 });
  if (temperature === 0)
    throw inputError(COMMAND, '--temperature: expected more than 0; greedy responses come besides');
  const files = await readModelFiles(given, COMMAND);
  const { checkpoint } = files;
  if (checkpoint.tokenizerJson === undefined)
    throw inputError(COMMAND, `${checkpoint.name}/tokenizer.json is missing, which encodes the problems`);
  const tokenizer = await loadTokenizer(checkpoint.tokenizerFiles, checkpoint.endTokens ?? [], checkpoint.name);
  const { vocabularySize, maxPositions: positions } = checkpoint.config;
  const source = await createTask(config, folderData(dataFolders(given.values['data'], path)));
  const measured = await ModelTask.measure({ task: source, tokenizer, vocabularySize, positions });
  const task = measured.forStages({
    sft: undefined,
    rl: undefined,
    evaluation: { every: 1, problems: 1, samples, ...(limit > 0 && { max_response_tokens: limit }) },
  });
  const problems = heldOut(task, wanted, seed);
  const maxTokens = limit || task.lengths.response;
  const longest = task.lengths.prompt;
  if (longest + maxTokens > positions)
    throw inputError(
      COMMAND,
      `--max-tokens: expected at most ${positions - longest}, which the model's ${positions} positions leave after ` +
        `prompts of up to ${longest} tokens; found ${maxTokens}`,
    );
  const grader = await task.createGrader();
  try {
    const answerOf = await finalAnswer(config.rewards);
    const { gpu, tuner } = await openNodeGpu();
    try {
      const model = await createModel(gpu, files, { trained: false });
      const parts = { model, tuner, tokenizer, task, grader, answerOf };
      const responses = await evaluateModel(parts, problems, { samples, temperature, seed, maxTokens });
      for (const note of task.notes) console.error(`Note: ${note}`);
      return {
        problems: evaluatedProblems(responses),
        details: responses.map(responseDetails),
      };
    } finally {
      gpu.destroy();
    }
  } finally {
    grader.destroy();
  }
}

/** @param wanted 0 for as many as there are, up to PROBLEMS */
function heldOut(task: ModelTask, wanted: number, seed: number): Problem[] {
  const { problems } = task.task;
  if (wanted > 0 || problems.kind === 'listed') {
    const count = wanted || Math.min(PROBLEMS.dataset, task.heldOutCount);
    if (count > 0) return task.heldOutProblems(count, seed);
    throw inputError('task.held_out', 'expected held-out problems that fit the model, found none', 'task.held_out');
  }
  for (let count = PROBLEMS.generated; ; count >>= 1) {
    try {
      return task.heldOutProblems(count, seed);
    } catch (error) {
      if (!(error instanceof StudioError) || count <= 1) throw error;
    }
  }
}

/** A line of --responses. */
interface ResponseLine {
  row: Row;
  responses: string[];
  greedy: string | undefined;
  finished: boolean[];
}

async function ofResponses(path: string, config: TaskConfig): Promise<Evaluated> {
  const lines = (await readText(path))
    .split('\n')
    .flatMap((line, i) => (line.trim() === '' ? [] : [readLine(line, `${path}: line ${i + 1}`)]));
  if (lines.length === 0) throw inputError(path, 'expected at least one line, {"row": {..}, "responses": [..]}');
  const grader = await rowGrader(config);
  try {
    const answerOf = await finalAnswer(config.rewards);
    const given = lines.flatMap(({ row, responses, greedy, finished }): RowResponse[] => [
      ...responses.map((response, i) => ({ row, response, finished: finished[i] ?? true })),
      ...(greedy === undefined ? [] : [{ row, response: greedy, finished: true }]),
    ]);
    const grades = gradeAll(grader, given);
    const graded = given.map(({ response }, i) => {
      const { correct = false, reward = 0, ...others } = grades[i] ?? {};
      return { response, correct, reward, ...others, answer: answerOf(response), length: response.length };
    });
    let at = 0;
    const evaluated = lines.map(({ row, responses, greedy }) => {
      const own = graded.slice(at, (at += responses.length));
      return { row, responses: own, greedy: greedy === undefined ? undefined : graded[at++] };
    });
    return {
      problems: evaluated.map(({ row, ...one }) => ({ ...one, difficulty: grader.difficultyOf(row) })),
      details: evaluated,
    };
  } finally {
    grader.destroy();
  }
}

function gradeAll(grader: RowGrader, given: readonly RowResponse[]) {
  const parts = Array.from({ length: Math.ceil(given.length / GRADED_AT_ONCE) }, (_, i) =>
    given.slice(i * GRADED_AT_ONCE, (i + 1) * GRADED_AT_ONCE),
  );
  return parts.flatMap((part) => grader.grade(part));
}

function readLine(line: string, place: string): ResponseLine {
  const value = parseJsonText(line, place);
  if (!isObject(value)) throw inputError(place, 'expected an object, {"row": {..}, "responses": [..]}');
  const { row, responses, finished = true, greedy } = value;
  const unknown = Object.keys(value).find((name) => !['row', 'responses', 'finished', 'greedy'].includes(name));
  if (unknown !== undefined)
    throw inputError(place, `${unknown}: unknown field; expected row, responses, finished or greedy`);
  if (!isObject(row)) throw inputError(place, `row: expected an object, found ${kindOf(row)}`);
  if (!Array.isArray(responses) || responses.length === 0)
    throw inputError(place, `responses: expected a list of at least one text, found ${kindOf(responses)}`);
  const wrong = responses.findIndex((one) => typeof one !== 'string');
  if (wrong >= 0) throw inputError(place, `responses.${wrong}: expected a text, found ${kindOf(responses[wrong])}`);
  if (greedy !== undefined && typeof greedy !== 'string')
    throw inputError(place, `greedy: expected a text, found ${kindOf(greedy)}`);
  const ends: unknown[] = Array.isArray(finished) ? finished : responses.map(() => finished);
  if (ends.length !== responses.length || !ends.every((end): end is boolean => typeof end === 'boolean'))
    throw inputError(place, `finished: expected true, false or one of them per response, found ${kindOf(finished)}`);
  return { row, responses: responses as string[], greedy, finished: ends };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === 'object' ? (value === null ? 'null' : 'an object') : JSON.stringify(value).slice(0, 40);
}

/** One line per problem: its scores, then what they are of. */
function detailLines(details: readonly object[], scores: readonly ProblemScores[]): string {
  const line = (detail: object, i: number) =>
    `${JSON.stringify({ problem: i, scores: scoreDetail(scores[i] as ProblemScores), ...detail })}\n`;
  return details.map(line).join('');
}

function summaryLines(report: EvaluationReport): string[] {
  const { problems, samples, intervals, level } = report;
  const shown = (value: number, [low, high]: readonly [number, number] = [NaN, NaN]) =>
    `${percent(value, 1)} [${percent(low, 1)}, ${percent(high, 1)}]`;
  const perK = (name: 'pass@k' | 'majority', label: string) =>
    Object.entries(report[name]).map(([k, value]) => `${label}@${k} ${shown(value, intervals[name][k])}`);
  return [
    `${problems} problems, ${samples} samples each; ${percent(level, 0)} intervals over problems`,
    ...(report.greedy === null ? [] : [`greedy ${shown(report.greedy, intervals.greedy ?? undefined)}`]),
    `avg@${samples} ${shown(report['avg@k'], intervals['avg@k'])}`,
    ...perK('pass@k', 'pass'),
    ...perK('majority', 'maj'),
    `cons@${samples} ${shown(report['cons@k'], intervals['cons@k'])}`,
  ];
}
