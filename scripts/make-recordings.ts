/**
 * `npm run recordings [ID ...]`: trains the configs of the recordings that ship (src/store/shipped-recordings.ts) and
 * writes public/recordings. Metrics and tokens are the same on every machine with the same adapter; wall times are not.
 */
import { readFile, stat } from 'node:fs/promises';
import { cliSources } from '../src/cli/data-sources.ts';
import { loadCheckpoint } from '../src/cli/files.ts';
import { openNodeGpu } from '../src/cli/node-gpu.ts';
import { RecordFile } from '../src/cli/record-file.ts';
import { parseRunConfig } from '../src/run/config.ts';
import { RunSession } from '../src/session/session.ts';
import { SHIPPED_RECORDINGS, SHIPPED_TOKEN_CHARACTERS, shippedFile } from '../src/store/shipped-recordings.ts';

const FOLDER = 'public/recordings';

const asked = process.argv.slice(2);
const { gpu, tuner } = await openNodeGpu();
for (const { id, config: file } of SHIPPED_RECORDINGS) {
  if (asked.length > 0 && !asked.includes(id)) continue;
  const path = `configs/${file}`;
  const config = parseRunConfig(JSON.parse(await readFile(path, 'utf8')), path);
  const checkpoint = 'checkpoint' in config.model ? await loadCheckpoint(config.model.checkpoint) : undefined;
  const sources = cliSources({ positionals: [], values: {} }, path);
  const session = await RunSession.create({ gpu, tuner, config, checkpoint, sources });
  const target = `${FOLDER}/${shippedFile(id)}`;
  const recording = await RecordFile.open(target, session, SHIPPED_TOKEN_CHARACTERS);
  let metrics = '';
  for (;;) {
    const step = await session.next({ recordTokens: recording.recordTokens });
    if (!step) break;
    recording.add(step);
    for (const record of step.records) {
      metrics += `${JSON.stringify(record)}\n`;
      console.log(`${id}: ${record.phase} ${record.step}, ${Math.round(record.time.step_ms)} ms`);
    }
  }
  await recording.write('finished', metrics);
  session.destroy();
  console.log(`${target}: ${(await stat(target)).size} bytes`);
}
gpu.destroy();
