/** `reward`: grades given responses with the rewards of a task. */
import { z } from 'zod';
import { inputError, StudioError } from '../errors.ts';
import { parseJsonText } from '../json-text.ts';
import type { Grade } from '../rewards/grader.ts';
import { parseAs } from '../run/schema-issues.ts';
import { rowGrader } from '../tasks/row-grader.ts';
import { checkPositionals, readArguments, required } from './arguments.ts';
import { readText, writeWhole } from './files.ts';
import { readTask } from './task-file.ts';

const Line = z.strictObject({
  row: z.record(z.string(), z.unknown()),
  response: z.string(),
  finished: z.boolean().default(true),
  tokens: z.int().min(0).optional(),
});

/** Lines that are graded at once. */
const BATCH = 256;
/** Failed lines that are named on the error output; each is in the output file. */
const MOST_NAMED = 10;

export async function reward(args: string[]): Promise<void> {
  const given = readArguments('reward', args, ['task', 'input', 'output']);
  checkPositionals(given, 'reward', 0);
  const [task, input, output] = ['task', 'input', 'output'].map((name) => required(given, 'reward', name)) as [
    string,
    string,
    string,
  ];
  const config = await readTask(task);
  const lines = readLines(await readText(input), input);
  const grader = await atFile(task, () => rowGrader(config));
  try {
    const written: string[] = [];
    let failures = 0;
    for (let start = 0; start < lines.length; start += BATCH) {
      const batch = lines.slice(start, start + BATCH);
      const grades = await atFile(`${input}: lines ${batch[0]?.number ?? 0} to ${batch.at(-1)?.number ?? 0}`, () =>
        grader.grade(
          batch.map(({ value: { tokens, ...line } }) => ({ ...line, ...(tokens !== undefined && { tokens }) })),
        ),
      );
      for (const [i, grade] of grades.entries()) {
        written.push(`${JSON.stringify(grade satisfies Grade)}\n`);
        if (grade.error !== undefined && failures++ < MOST_NAMED)
          console.error(`${input}: line ${batch[i]?.number ?? 0}: ${grade.error}`);
      }
    }
    if (failures > MOST_NAMED)
      console.error(`${failures} responses could not be scored; "error" in ${output} says why`);
    await writeWhole(output, written.join(''));
  } finally {
    grader.destroy();
  }
}

/** Errors of rewards name the file that is to be changed. */
async function atFile<T>(where: string, run: () => T | Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof StudioError) || error.kind !== 'input') throw error;
    throw new StudioError(
      'input',
      error.message.startsWith(where) ? error.message : `${where}: ${error.message}`,
      error.advice,
    );
  }
}

function readLines(text: string, where: string) {
  const lines = text
    .replace(/^\ufeff/, '')
    .split('\n')
    .map((line, i) => ({ line, number: i + 1 }))
    .filter(({ line }) => line.trim() !== '')
    .map(({ line, number }) => {
      const place = `${where}: line ${number}`;
      return { number, value: parseAs(Line, parseJsonText(line, place), place) };
    });
  if (lines.length === 0) throw inputError(where, 'expected at least one line, {"row": {..}, "response": ".."}');
  return lines;
}
