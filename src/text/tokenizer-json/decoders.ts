/** Decoders of tokenizer.json: they turn tokens back into text, as the Rust library `tokenizers` (decoders/) does. */
import { bytesOfCharacters, strictTextOf, textOf, utf8 } from './byte-alphabet.ts';
import type { Part } from './part.ts';
import { matchesOf, readPattern } from './pattern.ts';
import { prependScheme } from './pre-tokenizers.ts';

/** Maps tokens to tokens; the text is what the last decoder's tokens are joined to. */
export type Decoder = (tokens: string[]) => string[];

const TYPES = [
  'BPEDecoder',
  'ByteFallback',
  'ByteLevel',
  'CTC',
  'Fuse',
  'Metaspace',
  'Replace',
  'Sequence',
  'Strip',
  'WordPiece',
] as const;

/** @throws StudioError `input` for an unknown type or a wrong field */
export function readDecoder(part: Part): Decoder {
  switch (part.choice('type', TYPES)) {
    case 'Sequence': {
      const steps = part.parts('decoders').map(readDecoder);
      return (tokens) => steps.reduce((list, step) => step(list), tokens);
    }
    case 'ByteLevel':
      return (tokens) => [
        textOf(Uint8Array.from(tokens.flatMap((token) => bytesOfCharacters(token) ?? Array.from(utf8(token))))),
      ];
    case 'ByteFallback':
      return byteFallback;
    case 'Fuse':
      return (tokens) => [tokens.join('')];
    case 'Metaspace': {
      const replacement = part.character('replacement', '\u2581');
      const first = prependScheme(part) === 'never' ? ' ' : '';
      return (tokens) => tokens.map((token, i) => replaced(token, replacement, i === 0 ? first : ' '));
    }
    case 'WordPiece': {
      const [prefix, clean] = [part.string('prefix', '##'), part.boolean('cleanup', true)];
      return (tokens) =>
        tokens.map((token, i) => {
          const text = i === 0 ? token : token.startsWith(prefix) ? token.slice(prefix.length) : ` ${token}`;
          return clean ? cleaned(text) : text;
        });
    }
    case 'BPEDecoder': {
      const suffix = part.string('suffix', '</w>');
      return (tokens) => tokens.map((token, i) => replaced(token, suffix, i === tokens.length - 1 ? '' : ' '));
    }
    case 'Replace': {
      const [expression, content] = [readPattern(part), part.string('content')];
      return (tokens) =>
        tokens.map((token) =>
          matchesOf(expression, token)
            .map(({ start, end, found }) => (found ? content : token.slice(start, end)))
            .join(''),
        );
    }
    case 'Strip':
      return readStrip(part);
    case 'CTC':
      return readCtc(part);
  }
}

function replaced(text: string, pattern: string, content: string): string {
  return text.replaceAll(pattern, () => content);
}

/** Tokens `<0x41>` are bytes; bytes that are not UTF-8 together read as U+FFFD each. */
function byteFallback(tokens: string[]): string[] {
  const out: string[] = [];
  let bytes: number[] = [];
  const flush = () => {
    const text = strictTextOf(Uint8Array.from(bytes));
    if (text === undefined) out.push(...bytes.map(() => '\ufffd'));
    else if (bytes.length > 0) out.push(text);
    bytes = [];
  };
  for (const token of tokens) {
    const byte = /^<0x([0-9A-Fa-f]{2})>$/u.exec(token)?.[1];
    if (byte !== undefined) bytes.push(parseInt(byte, 16));
    else {
      flush();
      out.push(token);
    }
  }
  flush();
  return out;
}

function readStrip(part: Part): Decoder {
  const content = part.character('content');
  const [first, last] = [part.integer('start', 0), part.integer('stop', 0)];
  return (tokens) =>
    tokens.map((token) => {
      const characters = Array.from(token);
      let [start, stop] = [0, characters.length];
      while (start < Math.min(first, stop) && characters[start] === content) start += 1;
      while (characters.length - stop < last && stop > start && characters[stop - 1] === content) stop -= 1;
      return characters.slice(start, stop).join('');
    });
}

function readCtc(part: Part): Decoder {
  const [pad, delimiter] = [part.string('pad_token', '<pad>'), part.string('word_delimiter_token', '|')];
  const clean = part.boolean('cleanup', true);
  return (tokens) =>
    tokens
      .filter((token, i) => i === 0 || token !== tokens[i - 1])
      .map((token) => {
        const text = replaced(token, pad, '');
        return clean ? replaced(cleaned(text), delimiter, ' ') : text;
      })
      .filter((text) => text !== '');
}

/** Removes spaces that tokenization put before punctuation and within English contractions. */
function cleaned(text: string): string {
  return text
    .replaceAll(' .', '.')
    .replaceAll(' ?', '?')
    .replaceAll(' !', '!')
    .replaceAll(' ,', ',')
    .replaceAll(" ' ", "'")
    .replaceAll(" n't", "n't")
    .replaceAll(" 'm", "'m")
    .replaceAll(' do not', " don't")
    .replaceAll(" 's", "'s")
    .replaceAll(" 've", "'ve")
    .replaceAll(" 're", "'re");
}
