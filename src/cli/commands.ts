/** The commands of the command line: the same engine without a page. README documents their inputs and outputs. */
import { SweepInput } from '../compare/sweep.ts';
import { StudioError } from '../errors.ts';
import { DOCUMENTED_FIELDS } from '../run/documented-fields.ts';
import { fieldsOf } from '../run/config/fields.ts';
import { CACHE_VARIABLE } from './cache-folder.ts';
import { compare } from './compare.ts';
import { data } from './data.ts';
import { dump } from './dump.ts';
import { evaluate } from './evaluate.ts';
import { exportRecipeCommand } from './export-recipe.ts';
import { generate } from './generate.ts';
import { gradient } from './gradient.ts';
import { commandHelp, overview, type CommandHelp } from './help.ts';
import { HUB_VARIABLE } from './hub-data.ts';
import { logs } from './logs.ts';
import { publishCommand, TOKEN_VARIABLE } from './publish.ts';
import { report } from './report.ts';
import { reward } from './reward.ts';
import { score } from './score.ts';
import { tokenize } from './tokenize.ts';
import { traces } from './traces.ts';
import { train } from './train.ts';
import { whatIf } from './what-if.ts';

const MODEL: [string, string][] = [
  ['--model DIR', 'Checkpoint folder in Hugging Face layout, or embedded:NAME for one that ships.'],
  ['--adapter DIR', 'LoRA adapter folder in PEFT layout, applied to the model.'],
];

/** Of commands that read a config whose task has a file of data. */
const DATA: [string, string] = [
  '--data DIR',
  "Folder with the data of the config's task, by default the config's own and the current one.",
];

/** Of commands whose data may be on the hub. */
const HUB = [HUB_VARIABLE, CACHE_VARIABLE];

const COMMANDS: Record<string, { run: (args: string[]) => Promise<void>; help: CommandHelp }> = {
  score: {
    run: score,
    help: {
      usage: ['score --model DIR [--adapter DIR] --input in.jsonl --output out.jsonl'],
      summary: 'Log-probs and entropies (nats) of given token sequences or texts.',
      options: [
        ...MODEL,
        ['--input FILE', 'One {"tokens": [...]} or {"text": "..."} per line.'],
        ['--output FILE', 'One {"logprobs": [...], "entropies": [...]} per line.'],
      ],
    },
  },
  tokenize: {
    run: tokenize,
    help: {
      usage: ['tokenize --model DIR --input in.jsonl --output out.jsonl'],
      summary: 'Texts, conversations and training examples token by token, as the model reads them.',
      options: [
        ['--model DIR', 'Folder with tokenizer.json and the files beside it, or embedded:NAME; needs no weights.'],
        ['--input FILE', 'One {"text"}, {"messages"} or {"prompt", "completion"} per line.'],
        ['--output FILE', 'One {"tokens", "begin", "text", "rendered"?, "loss_mask"?} per line.'],
      ],
    },
  },
  gradient: {
    run: gradient,
    help: {
      usage: ['gradient --model DIR [--adapter DIR] --batch batch.json --output DIR'],
      summary: 'Loss, token weights and parameter gradient of an objective on given sequences.',
      options: [
        ...MODEL,
        ['--batch FILE', 'Sequences, strategy and its parameters; src/run/gradient-batch.ts has every field.'],
        ['--output DIR', 'Folder for gradients.safetensors and result.json.'],
      ],
    },
  },
  train: {
    run: train,
    help: {
      usage: [
        'train run.json --output DIR [--data DIR] [--seed n] [--memory-budget MB] [--precision f32|f16|bf16]',
        'train run.json --output DIR --rollouts FILE.jsonl [--rollouts-every k]',
        'train run.json --output DIR --record FILE.recording.jsonl.gz',
        'train [run.json] --resume DIR [--output DIR] [--data DIR] [--memory-budget MB] [--precision f32|f16|bf16]',
        'train run.json --plan [--data DIR] [--memory-budget MB]',
      ],
      summary: 'Trains a model as a RunConfig says: SFT, RL and evaluation.',
      options: [
        ['--output DIR', 'Folder for config.json, metrics.jsonl and checkpoint/.'],
        ['--seed N', "Used in place of the config's seed."],
        ['--resume DIR', 'Resumes the run in DIR where it stopped.'],
        DATA,
        ['--memory-budget MB', "Used in place of the config's memory.budget_mb."],
        ['--precision NAME', 'Precision of the saved weights: f32 (default), f16 or bf16.'],
        ['--rollouts FILE', 'Writes all responses of RL steps, one per line; docs/rollouts.md has the schema.'],
        ['--record FILE', 'Writes the run as a recording that the page replays (docs/recordings.md).'],
        ['--rollouts-every K', 'Only those of steps 1, 1 + K, 1 + 2 K ... (1).'],
        ['--plan', 'Prints what the run would take on the adapter, and trains nothing.'],
      ],
      environment: HUB,
      fields: { title: 'Fields of a RunConfig (run.json; examples in configs/):', list: DOCUMENTED_FIELDS },
    },
  },
  compare: {
    run: compare,
    help: {
      usage: [
        'compare sweep.json --output DIR [--data DIR] [--workers N] [--join] [--shard i/n] [--dead-after S]',
        'compare --merge DIR.. --output DIR',
      ],
      summary:
        'Trains strategies, or values of any field, x seeds of one config as one job and compares them. The same ' +
        'command resumes a sweep that was interrupted.',
      options: [
        ['--output DIR', 'Folder for the runs, table.md, .tex and .csv, summary.json, runs.csv and curves/.'],
        DATA,
        ['--workers N', 'Number of processes that share the runs, 1 by default.'],
        ['--join', 'Helps with a sweep that another process has begun, and writes no summary.'],
        ['--shard i/n', 'Makes the i-th of n parts of the runs, for machines without a shared folder; no summary.'],
        ['--merge', 'Puts the folders of all shards together, and writes the summary of the undivided sweep.'],
        ['--dead-after S', 'Takes over the run of another machine after so many seconds without a sign of life (180).'],
      ],
      environment: HUB,
      fields: {
        title: 'Fields of a sweep (sweep.json; examples in configs/sweep-*.json):',
        list: fieldsOf(SweepInput).filter(({ path }) => !path.startsWith('base.')),
      },
    },
  },
  'what-if': {
    run: whatIf,
    help: {
      usage: ['what-if DIR [--data DIR] [--strategies ppo,gppo,..] [--output answer.json]'],
      summary: 'Compares strategies on the last minibatch of a stored run, which is not changed.',
      options: [
        ['DIR', 'Folder of a run that train made.'],
        DATA,
        ['--strategies LIST', 'Names of built-in strategies, separated by commas.'],
        ['--output FILE', 'Everything that was measured, as JSON.'],
      ],
      environment: HUB,
    },
  },
  dump: {
    run: dump,
    help: {
      usage: ['dump FILE [--strategies ppo,gppo,..] [--step n] [--json]'],
      summary: "Compares strategies on a step of another trainer's token dump; docs/cluster.md has its columns.",
      options: [
        ['FILE', 'JSONL or Parquet, one response per row, as the callbacks of export-recipe write it.'],
        ['--strategies LIST', 'Names of built-in strategies, separated by commas.'],
        ['--step N', 'The step to compare on, by default the last.'],
        ['--json', 'Prints {"tokens", "responses", "faults", "steps", "comparison"}.'],
      ],
    },
  },
  logs: {
    run: logs,
    help: {
      usage: ['logs FILE.. [--format md|csv]'],
      summary: "Metrics of another trainer's logs that the studio has too; docs/metric-logs.md has the names.",
      options: [
        ['FILE', 'verl or TRL JSONL, trainer_state.json, CSV, Parquet, a TensorBoard event file or a W&B export.'],
        ['--format NAME', 'md (default): a table per run; csv: all metrics, also those that the studio lacks.'],
      ],
    },
  },
  generate: {
    run: generate,
    help: {
      usage: [
        'generate --model DIR [--adapter DIR] --prompt "..." [--samples n --max-tokens n --temperature t --seed ' +
          's --json]',
      ],
      summary: 'Responses of a model to a prompt.',
      options: [
        ...MODEL,
        ['--prompt TEXT', 'What the response continues.'],
        ['--samples N', 'Number of responses.'],
        ['--max-tokens N', 'Maximum number of new tokens per response.'],
        ['--temperature T', 'Logits are divided by it before sampling; 0 is greedy.'],
        ['--seed S', 'The same seed samples the same responses.'],
        ['--json', 'Prints one object per response: prompt, response, tokens, logprobs.'],
      ],
    },
  },
  data: {
    run: data,
    help: {
      usage: ['data FILE [--repository OWNER/NAME [--revision R]] [--model DIR] [--json]'],
      summary: 'Rows, columns, lengths and unreadable rows of a file of data, and what its columns seem to mean.',
      options: [
        ['FILE', 'JSONL, JSON, CSV, TSV or Parquet; docs/data.md says how each is read.'],
        ['--repository NAME', 'Data set of the hub that has FILE, which is downloaded once; without FILE, its files.'],
        ['--revision R', 'Branch, tag or commit of the repository; main by default.'],
        ['--model DIR', 'Folder with a tokenizer, or embedded:NAME: lengths in its tokens too.'],
        ['--json', 'Prints {"rows", "columns", "guessed", "bad_rows", "tokens"}.'],
      ],
      environment: HUB,
    },
  },
  traces: {
    run: traces,
    help: {
      usage: ['traces run.json --output FILE.jsonl [--seed n] [--data DIR]'],
      summary: 'Writes the reasoning traces of the teachers that a config names in sft.sources; docs/sft-lab.md.',
      options: [
        ['--output FILE', 'One {"prompt", "completion", "answer", "difficulty", "correct", "style", ..} per line.'],
        ['--seed N', "Used in place of the config's seed."],
        DATA,
      ],
      environment: HUB,
    },
  },
  evaluate: {
    run: evaluate,
    help: {
      usage: [
        'evaluate --model DIR [--adapter DIR] --task task.json [--data DIR] [--samples k --problems n ' +
          '--temperature t --seed s --max-tokens n] --output report.json [--details FILE]',
        'evaluate --responses FILE --task task.json --output report.json [--details FILE]',
      ],
      summary: 'Greedy accuracy, avg@k, pass@k, maj@k and cons@k on held-out problems of a task, with intervals.',
      options: [
        ...MODEL,
        ['--responses FILE', 'Given responses in place of a model: {"row": {..}, "responses": [..]} per line.'],
        ['--task FILE', 'What is under task in a RunConfig, as JSON.'],
        ['--data DIR', 'Folder of the data file; by default that of the task file, then the current one.'],
        ['--samples K', 'Sampled responses per problem, beside the greedy one; 8 by default.'],
        ['--problems N', 'Number of held-out problems; by default all, at most 256 generated or 1000 rows.'],
        ['--temperature T', 'Of the sampled responses; 1 by default.'],
        ['--seed S', 'Chooses problems and samples.'],
        ['--max-tokens N', 'Maximum tokens of a response; by default those of the longest solution.'],
        ['--output FILE', 'The report, as JSON.'],
        ['--details FILE', 'One line per problem: its scores, and its responses with their grades.'],
      ],
      environment: HUB,
    },
  },
  reward: {
    run: reward,
    help: {
      usage: ['reward --task task.json --input in.jsonl --output out.jsonl'],
      summary: "Grades given responses with a task's rewards; docs/rewards.md has all of them.",
      options: [
        ['--task FILE', 'What is under task in a RunConfig; it needs no data.'],
        ['--input FILE', 'One {"row": {..}, "response": "..", "finished"?: true, "tokens"?: n} per line.'],
        ['--output FILE', 'One {"reward": x, "correct": true, "rewards": {name: x}} per line.'],
      ],
    },
  },
  report: {
    run: report,
    help: {
      usage: ['report DIR --output FILE.html|FILE.md'],
      summary:
        'Writes a run or a sweep as one HTML file that needs no network, or a run as Markdown; docs/sharing.md ' +
        'describes it.',
      options: [
        ['DIR', 'Folder of a run or a sweep, as train, compare and the archives of the page have it.'],
        ['--output FILE', 'The report: .html, or .md for a run.'],
      ],
    },
  },
  'export-recipe': {
    run: exportRecipeCommand,
    help: {
      usage: ['export-recipe run.json --engine verl|trl --output DIR [--model DIR] [--seed n]'],
      summary:
        'Writes the RL stage of a recipe as a folder for a cluster: data, rewards, policy loss, launch script, and a ' +
        'check against recorded values; docs/cluster.md describes it.',
      options: [
        ['--engine NAME', 'verl (Ray), or trl (accelerate).'],
        ['--output DIR', 'A new folder, or one with a recipe that was exported before.'],
        [
          '--model DIR',
          "Checkpoint that RL starts from, by default the config's; for a config with SFT, the one after it.",
        ],
        ['--seed N', "In place of the config's."],
        DATA,
      ],
      environment: HUB,
    },
  },
  publish: {
    run: publishCommand,
    help: {
      usage: ['publish DIR --repository OWNER/NAME [--adapter] [--public]'],
      summary: 'Pushes the checkpoint of a run to the hub, with a model card, its charts, recipe and metrics.',
      options: [
        ['DIR', 'Folder of a run that train made.'],
        ['--repository NAME', 'It is created, private, if it does not exist; its other files stay.'],
        ['--adapter', 'The LoRA adapter in place of the merged checkpoint.'],
        ['--public', 'A repository that is created is public.'],
      ],
      environment: [TOKEN_VARIABLE, HUB_VARIABLE],
    },
  },
  bench: {
    run: async (args) => (await import('../../bench/main.ts')).bench(args),
    help: {
      usage: ['bench [--only part,..] [--sizes 0.1M,..] [--peers name,..] [--node] [--document]'],
      summary: 'Measures the engine beside other libraries and beside the limits of the adapter.',
      options: [
        ['--only LIST', 'Parts to measure, separated by commas.'],
        ['--sizes LIST', 'Model sizes, for example 0.1M,0.8M.'],
        ['--peers LIST', 'Libraries to measure beside the engine.'],
        ['--node', 'Measures under Node instead of in a browser.'],
        ['--document', 'Writes the tables of docs/performance.md from the newest results.'],
      ],
    },
  },
};

/**
 * Runs `name` with `args`; output goes to the console.
 *
 * @returns the exit status: 0, 2 for wrong input, 1 for any other failure, 130 when interrupted
 */
export async function runCommand([name, ...args]: string[]): Promise<number> {
  const command = name === undefined || !Object.hasOwn(COMMANDS, name) ? undefined : COMMANDS[name];
  if (!command) {
    const help = name === undefined || name === '--help' || name === '-h' || name === 'help';
    if (help) console.log(overview(Object.values(COMMANDS).map((one) => one.help)));
    else console.error(`unknown command ${name}; expected one of ${Object.keys(COMMANDS).join(', ')}`);
    return help && name !== undefined ? 0 : 2;
  }
  if (args.includes('--help') || args.includes('-h')) {
    console.log(commandHelp(command.help));
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
