/** What a data set has, and how a model reads it: by streaming, so that a large file takes time and not memory. */
import type { HeldOut } from '../data/config.ts';
import type { DataFile, ReadOptions } from '../data/data-file.ts';
import { exampleOf, type Example } from '../data/example.ts';
import { Lengths, lengthSummary } from '../data/lengths.ts';
import { placeText, type PlacedRow } from '../data/records.ts';
import { valueAt } from '../data/row.ts';
import { splitCounts } from '../data/split-counts.ts';
import { examplesOf, summarize, type DataSummary } from '../data/summary.ts';
import { inputError, StudioError } from '../errors.ts';
import { Characters, problemOf, writingOf } from '../tasks/dataset.ts';
import { PromptWriter } from '../tasks/prompt-writer.ts';
import { characterTokenizer } from '../text/character-tokenizer.ts';
import { loadTokenizer } from '../text/load-tokenizer.ts';
import { tokenPieces } from '../text/token-pieces.ts';
import type { Tokenizer } from '../text/tokenizer.ts';
import {
  MOST_CELL_CHARACTERS,
  MOST_ROW_TOKENS,
  type CellView,
  type DataRowView,
  type DataSummaryView,
  type DataToken,
  type SummaryRequest,
  type TokenLengths,
  type TokenPreview,
  type TokenRequest,
  type TokenRow,
} from '../views/data.ts';
import { SUPERSEDED } from './data-jobs.ts';
import type { DataLibrary } from './data-library.ts';
import type { ModelLibrary } from './model-library.ts';

/** Rows of the table. */
const PREVIEWED = 25;
/** Rows shown in tokens. */
const TOKEN_ROWS = 8;
/** Bad rows that are listed; all are counted. */
const BAD_ROWS = 200;

interface ReadingModel {
  tokenizer: Tokenizer;
  vocabularySize: number;
  positions: number;
}

export class DataReader {
  private tokenizer: { id: string; loaded: Promise<Tokenizer> } | undefined;
  private characters: { key: string; list: string[] | undefined } | undefined;

  constructor(
    private readonly data: DataLibrary,
    private readonly models: Pick<ModelLibrary, 'get'>,
  ) {}

  /** @throws StudioError `input` for a file that cannot be read, `cancelled` */
  async summarize({ id, columns, heldOut, rows }: SummaryRequest, options: ReadOptions): Promise<DataSummaryView> {
    const file = await this.data.open(id);
    const heldOutFile = heldOut && (await this.heldOutFile(id, heldOut));
    const summary = await summarize(file, { ...options, ...(columns && { columns }), preview: PREVIEWED });
    await this.data.note(id, summary.rows);
    const split =
      heldOut && summary.mapping && summary.rows > 0
        ? await splitCounts(file, summary.mapping, heldOut, {
            ...options,
            ...(heldOutFile && { heldOutFile }),
            ...(rows !== undefined && { rows }),
          })
        : undefined;
    return { ...summaryView(summary), ...(split && { split }) };
  }

  /** The first rows in the tokens of a model. */
  async preview(request: TokenRequest, options: ReadOptions): Promise<TokenPreview> {
    const file = await this.data.open(request.id);
    const model = await this.model(request, file, options);
    const writer = writerOf(request, model);
    const rows: TokenRow[] = [];
    for await (const { examples } of examplesOf(file, request.task.columns, options)) {
      for (const example of examples.slice(0, TOKEN_ROWS - rows.length)) rows.push(tokenRow(example, writer, model));
      if (rows.length >= TOKEN_ROWS) break;
    }
    const { tokenizer, vocabularySize, positions } = model;
    return { rows, chat: writer.chat, chatTemplate: tokenizer.chat !== undefined, vocabularySize, positions };
  }

  /**
   * Lengths of all rows; those of the rows so far when the signal's reason is not `superseded`.
   *
   * @throws StudioError `input` for a text that the model cannot read
   */
  async measure(request: TokenRequest, options: ReadOptions): Promise<TokenLengths> {
    const file = await this.data.open(request.id);
    const model = await this.model(request, file, options);
    const writer = writerOf(request, model);
    const most = request.task.data?.rows ?? Infinity;
    const [prompt, response, total] = [new Lengths(), new Lengths(), new Lengths()];
    let complete = true;
    try {
      reading: for await (const { examples } of examplesOf(file, request.task.columns, options))
        for (const example of examples) {
          if (example.place.record > most) break reading;
          const problem = problemOf(example);
          const asked = writer.prompt(problem).length;
          const solved = writer.solutionTokens(problem);
          prompt.add(asked);
          if (solved !== undefined) response.add(solved);
          total.add(asked + (solved ?? 0));
        }
    } catch (error) {
      if (!(error instanceof StudioError && error.kind === 'cancelled') || total.count === 0) throw error;
      if (options.signal?.reason === SUPERSEDED) throw error;
      complete = false;
    }
    return {
      rows: total.count,
      complete,
      // The last token is only predicted.
      fit: total.fit(model.positions + 1),
      positions: model.positions,
      unsolved: total.count - response.count,
      prompt: lengthSummary(prompt),
      ...(response.count > 0 && { response: lengthSummary(response) }),
      total: lengthSummary(total),
    };
  }

  private heldOutFile(id: string, heldOut: HeldOut): Promise<DataFile> | undefined {
    if (!('path' in heldOut)) return undefined;
    return this.data
      .view(id)
      .then(({ reference: { sha256: _sha256, ...place } }) => this.data.data({ ...place, ...heldOut }));
  }

  private async model({ model, positions, task }: TokenRequest, file: DataFile, options: ReadOptions) {
    if (model === 'new') {
      const list = await this.charactersOf(file, task, options);
      if (!list)
        throw inputError(
          'model.architecture',
          'a new model has one token per character, and this data has too many different ones; choose a model',
          'model.architecture',
        );
      const tokenizer = characterTokenizer(list);
      return { tokenizer, vocabularySize: tokenizer.vocabularySize, positions };
    }
    const checkpoint = await this.models.get(model);
    const { tokenizerJson, tokenizerFiles, endTokens = [], name, config } = checkpoint;
    if (tokenizerJson === undefined)
      throw inputError(name, 'expected a model with a tokenizer (tokenizer.json)', 'model.checkpoint');
    if (this.tokenizer?.id !== model)
      this.tokenizer = { id: model, loaded: loadTokenizer(tokenizerFiles, endTokens, name) };
    const tokenizer = await this.tokenizer.loaded;
    return { tokenizer, vocabularySize: config.vocabularySize, positions: config.maxPositions };
  }

  private async charactersOf(file: DataFile, task: TokenRequest['task'], options: ReadOptions) {
    const key = JSON.stringify([file.name, file.size, task]);
    if (this.characters?.key !== key) {
      const characters = new Characters(task);
      for await (const { examples } of examplesOf(file, task.columns, options))
        for (const example of examples) characters.add(problemOf(example));
      this.characters = { key, list: characters.list };
    }
    return this.characters.list;
  }
}

const writerOf = ({ task }: TokenRequest, { tokenizer, vocabularySize }: ReadingModel) =>
  new PromptWriter({ config: task, ...writingOf(task.columns) }, tokenizer, vocabularySize);

function tokenRow(example: Example, writer: PromptWriter, { tokenizer }: ReadingModel): TokenRow {
  const place = placeText(example.place);
  const problem = problemOf(example);
  try {
    const prompt = writer.prompt(problem);
    const { solution } = problem;
    const written = solution === undefined ? undefined : writer.example(problem, solution);
    const tokens = written?.tokens ?? prompt;
    const shown = tokens.slice(0, MOST_ROW_TOKENS);
    const pieces = tokenPieces(tokenizer, shown);
    return {
      place,
      prompt: prompt.length,
      ...(written && { response: tokens.length - prompt.length }),
      tokens: shown.map((id, i): DataToken => {
        const kind = written?.lossMask[i] === 1 ? 'target' : i < prompt.length ? 'prompt' : 'masked';
        const special = tokenizer.endTokens.includes(id)
          ? 'end'
          : i < tokenizer.beginTokens.length && tokenizer.beginTokens[i] === id
            ? 'begin'
            : undefined;
        return { id, text: pieces[i] ?? '', kind, ...(special && { special }) };
      }),
    };
  } catch (error) {
    if (!(error instanceof StudioError)) throw error;
    return { place, tokens: [], prompt: 0, problem: error.message };
  }
}

function summaryView(summary: DataSummary): DataSummaryView {
  const { bad, preview, mapping, name: _name, overlap: _overlap, characters: _characters, ...shown } = summary;
  const answers = preview.flatMap((placed) => answerOf(placed, mapping));
  const all = (test: RegExp) => answers.length > 0 && answers.every((answer) => test.test(answer));
  return {
    ...shown,
    ...(mapping && { mapping }),
    paths: pathsOf(summary),
    bad: {
      count: bad.count,
      list: bad.list.slice(0, BAD_ROWS).map(({ place, reason }) => ({ place: placeText(place), reason })),
    },
    preview: preview.map(rowView),
    marked: all(/####\s*[-+$]?[\d.,]*\d/),
    numeric: all(/\d/),
  };
}

function answerOf(placed: PlacedRow, columns: DataSummary['mapping']): string[] {
  if (!columns) return [];
  const example = exampleOf(placed, columns);
  return 'reason' in example || example.answer === undefined ? [] : [example.answer];
}

/** Columns, and the fields of objects in the first rows. */
function pathsOf({ columns, preview }: DataSummary): string[] {
  return Object.entries(columns).flatMap(([name, type]) => {
    if (type !== 'object') return [name];
    const fields = new Set(preview.flatMap(({ row }) => Object.keys((valueAt(row, name) as object | null) ?? {})));
    return [name, ...[...fields].map((field) => `${name}.${field}`)];
  });
}

const rowView = ({ row, place }: PlacedRow): DataRowView => ({
  place: placeText(place),
  cells: Object.fromEntries(Object.entries(row).map(([name, value]) => [name, cellView(value)])),
});

function cellView(value: unknown): CellView {
  const text = typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
  return { text: text.slice(0, MOST_CELL_CHARACTERS), length: text.length };
}
