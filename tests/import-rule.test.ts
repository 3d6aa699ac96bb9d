import { ESLint } from 'eslint';
import { expect, it } from 'vitest';

const eslint = new ESLint();

async function brokenRules(path: string, text: string): Promise<(string | null)[]> {
  const [result] = await eslint.lintText(text, { filePath: path });
  return (result?.messages ?? []).map((message) => message.ruleId);
}

it.each([
  ['src/gpu/device.ts', "import { RunSession } from '../session/session.ts';\nexport const use = RunSession;\n"],
  ['src/model/model.ts', "import { createTask } from '../tasks/registry.ts';\nexport const use = createTask;\n"],
  ['src/run/config.ts', "import { stream } from '../rl/trainer.ts';\nexport const use = stream;\n"],
])('%s may not import a higher folder', async (path, text) => {
  expect(await brokenRules(path, text)).toEqual(['imports/table']);
});

it('nor may a dynamic import', async () => {
  const text = "export const use = () => import('../session/session.ts');\n";
  expect(await brokenRules('src/gpu/device.ts', text)).toEqual(['imports/table']);
});

it('the page may import only the worker’s protocol', async () => {
  expect(
    await brokenRules('src/ui/App.tsx', "import { Studio } from '../worker/studio.ts';\nexport const use = Studio;\n"),
  ).toContain('no-restricted-imports');
});

it.each([
  [
    'src/model/model.ts',
    "import { openGpu } from '../gpu/open-gpu.ts';\nimport { StudioError } from '../errors.ts';\nexport const use " +
      '= [openGpu, StudioError];\n',
  ],
  ['src/ui/App.tsx', "import type { WorkerApi } from '../worker/protocol.ts';\nexport type Use = WorkerApi;\n"],
  // A folder of the page may be named like one of src.
  [
    'src/ui/compare/ComparePage.tsx',
    "import { CurveChart } from '../objective/CurveChart.tsx';\nexport const use = CurveChart;\n",
  ],
  ['src/rl/trainer.ts', "import { Model } from '../model/model.ts';\nexport const use = Model;\n"],
])('%s may import a lower folder', async (path, text) => {
  expect(await brokenRules(path, text)).toEqual([]);
});
