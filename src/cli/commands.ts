/** The commands of the command line: the same engine without a page. See README for what they take and give. */
import { StudioError } from '../errors.ts';
import { compare } from './compare.ts';
import { generate } from './generate.ts';
import { gradient } from './gradient.ts';
import { score } from './score.ts';
import { train } from './train.ts';
import { whatIf } from './what-if.ts';

const COMMANDS: Record<string, { run: (args: string[]) => Promise<void>; usage: string }> = {
  score: { run: score, usage: 'score --model DIR [--adapter DIR] --input in.jsonl --output out.jsonl' },
  gradient: { run: gradient, usage: 'gradient --model DIR [--adapter DIR] --batch batch.json --output DIR' },
  train: {
    run: train,
    usage:
      'train run.json --output DIR [--seed n] [--resume DIR] [--memory-budget MB] [--precision f32|f16|bf16], or train run.json --plan [--memory-budget MB]',
  },
  compare: { run: compare, usage: 'compare sweep.json --output DIR' },
  'what-if': { run: whatIf, usage: 'what-if DIR [--strategies ppo,gppo,..] [--output answer.json]' },
  generate: {
    run: generate,
    usage:
      'generate --model DIR [--adapter DIR] --prompt "..." [--samples n --max-tokens n --temperature t --seed s --json]',
  },
  bench: {
    run: async (args) => (await import('../../bench/main.ts')).bench(args),
    usage: 'bench [--only part,..] [--sizes 0.1M,..] [--peers name,..] [--node] [--document]',
  },
};

/**
 * Runs `name` with `args`; what it has to say goes to the console.
 *
 * @returns the exit status: 0, 2 for wrong input, 1 for anything else that went wrong, 130 when interrupted
 */
export async function runCommand([name, ...args]: string[]): Promise<number> {
  const command = name === undefined ? undefined : COMMANDS[name];
  if (!command) {
    const help = name === undefined || name === '--help' || name === 'help';
    const lines = ['commands:', ...Object.values(COMMANDS).map(({ usage }) => `  ${usage}`)];
    if (help) console.log(lines.join('\n'));
    else console.error(`unknown command ${name}; expected one of ${Object.keys(COMMANDS).join(', ')}`);
    return help && name !== undefined ? 0 : 2;
  }
  if (args.includes('--help')) {
    console.log(command.usage);
    return 0;
  }
  try {
    await command.run(args);
    return 0;
  } catch (error) {
    if (!(error instanceof StudioError)) throw error;
    console.error(error.line);
    if (error.kind === 'cancelled') return 130;
    return error.kind === 'input' ? 2 : 1;
  }
}
