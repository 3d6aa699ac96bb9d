/**
 * tokenizer.json: text to ids and back, by the steps that the file names. Ids and texts are those of the Rust library
 * `tokenizers` 0.23; a step or an option that is not supported is refused when the file is read.
 */
import { inputError } from '../../errors.ts';
import { AddedVocabulary, readAddedTokens, type AddedToken } from './added-tokens.ts';
import { readDecoder, type Decoder } from './decoders.ts';
import { readModel } from './model.ts';
import type { WordModel } from './word-model.ts';
import { readNormalizer } from './normalizers.ts';
import { Part, shown, type Fields } from './part.ts';
import { NOTHING_AROUND, readAroundText, type AroundText } from './post-processors.ts';
import { readPreTokenizer, type PreTokenizer } from './pre-tokenizers.ts';

export class Pipeline {
  private readonly model: WordModel;
  private readonly preTokenizer: PreTokenizer | undefined;
  private readonly decoder: Decoder | undefined;
  private readonly added: AddedVocabulary;
  /** Tokens that the post-processor puts around a text. */
  readonly aroundText: AroundText;

  /**
   * @param json of tokenizer.json; `truncation` and `padding` are for batches and do not apply here
   * @param file for messages
   * @throws StudioError `input` naming the field that is wrong or not supported
   */
  constructor(json: Fields, file: string) {
    const version = json['version'];
    if (version !== undefined && version !== '1.0')
      throw inputError(file, `version: expected "1.0", found ${shown(version)}`);
    const step = <T>(name: string, read: (part: Part) => T): T | undefined =>
      json[name] === undefined || json[name] === null ? undefined : read(Part.read(json[name], name, file));
    this.model = readModel(Part.read(json['model'], 'model', file));
    this.preTokenizer = step('pre_tokenizer', readPreTokenizer);
    this.decoder = step('decoder', readDecoder);
    this.aroundText = step('post_processor', readAroundText) ?? NOTHING_AROUND;
    this.added = new AddedVocabulary(this.model.vocabulary, step('normalizer', readNormalizer), file);
    this.added.add(readAddedTokens(json['added_tokens'], file));
    if (this.size === 0) throw inputError(file, 'model.vocab is empty');
  }

  /** Adds tokens that the file lacks, or changes the options of those that it has. */
  add(tokens: readonly AddedToken[]): void {
    this.added.add(tokens);
  }

  /** Largest id + 1. */
  get size(): number {
    let { size } = this.model.vocabulary;
    for (const id of this.added.tokens.keys()) size = Math.max(size, id + 1);
    return size;
  }

  id(token: string): number | undefined {
    return this.added.ids.get(token) ?? this.model.vocabulary.ids.get(token);
  }

  /** A token as the files write it. */
  token(id: number): string | undefined {
    return this.added.tokens.get(id)?.content ?? this.model.vocabulary.token(id);
  }

  addedToken(content: string): AddedToken | undefined {
    const id = this.added.ids.get(content);
    return id === undefined ? undefined : this.added.tokens.get(id);
  }

  isSpecial(id: number): boolean {
    return this.added.tokens.get(id)?.special === true;
  }

  /** @throws StudioError `input` if the vocabulary cannot encode the text, and has no unknown token */
  encode(text: string): number[] {
    const ids: number[] = [];
    // UTF-8 has no unpaired surrogates.
    for (const piece of this.added.pieces(text.replace(/\p{Surrogate}/gu, '\ufffd'))) {
      if (piece.id !== undefined) {
        ids.push(piece.id);
        continue;
      }
      for (const word of this.preTokenizer ? this.preTokenizer(piece) : [piece])
        for (const id of this.model.encode(word.text)) ids.push(id);
    }
    return ids;
  }

  /**
   * Special tokens and ids without a token are omitted. A special token whose normalized text differs is not, as by
   * the Rust library, which looks the text up.
   */
  decode(ids: readonly number[]): string {
    const tokens = ids.flatMap((id) => {
      const token = this.added.text(id) ?? this.model.vocabulary.token(id);
      return token === undefined || this.added.specialTexts.has(token) ? [] : [token];
    });
    if (!this.decoder) return tokens.join(' ');
    return tokens.length === 0 ? '' : this.decoder(tokens).join('');
  }
}
