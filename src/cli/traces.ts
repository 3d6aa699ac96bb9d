/** `traces`: writes what the teachers of a run write, to look at and to use as data. */
import { inputError } from '../errors.ts';
import { parseJsonText } from '../json-text.ts';
import { parseRunConfig } from '../run/config.ts';
import { resolveRun } from '../session/resolved-run.ts';
import { sftLines } from '../views/sft.ts';
import { checkPositionals, optionalNumber, readArguments, required } from './arguments.ts';
import { cliSources } from './data-sources.ts';
import { loadCheckpoint, readText, writeWhole } from './files.ts';

export async function traces(args: string[]): Promise<void> {
  const given = readArguments('traces', args, ['output', 'data', 'seed']);
  checkPositionals(given, 'traces', 1);
  const output = required(given, 'traces', 'output');
  const [path] = given.positionals;
  if (path === undefined) throw inputError('traces', 'expected a run config with teachers in sft.sources');
  const written = parseRunConfig(parseJsonText(await readText(path), path), path);
  const seed = optionalNumber(given, 'traces', 'seed', written.seed, { integer: true, min: 0, max: 0xffffffff });
  if (!written.sft?.sources?.some(({ teacher }) => teacher))
    throw inputError(path, 'sft.sources: expected a source with a teacher, found none');
  const checkpoint = 'checkpoint' in written.model ? await loadCheckpoint(written.model.checkpoint) : undefined;
  const { sftData, examples } = await resolveRun({ ...written, seed }, checkpoint, cliSources(given, path));
  const lines = (sftData?.traces ?? []).map(
    ({ source, teacher, problem, trained }) => `${JSON.stringify({ ...problem.row, source, teacher, trained })}\n`,
  );
  await writeWhole(output, lines.join(''));
  for (const line of examples?.view ? sftLines(examples.view) : []) console.log(line);
}
