/** Post-processors of tokenizer.json: the tokens that they put before a text. */
import { inputError } from '../../errors.ts';
import { shown, type Part } from './part.ts';
import { checkedId } from './vocabulary.ts';

const TYPES = ['BertProcessing', 'ByteLevel', 'RobertaProcessing', 'Sequence', 'TemplateProcessing'] as const;

/** Ids of the tokens before a text that is encoded with special tokens. */
export function readBeginTokens(part: Part): number[] {
  switch (part.choice('type', TYPES)) {
    case 'ByteLevel':
      return [];
    case 'Sequence':
      // Each one wraps the result of those before it.
      return part.parts('processors').map(readBeginTokens).reverse().flat();
    case 'BertProcessing':
    case 'RobertaProcessing': {
      const first = part.fields['cls'];
      if (!Array.isArray(first)) throw part.error('cls', '[token, id]');
      return [checkedId(first[1], () => `${part.path}.cls`, part.file)];
    }
    case 'TemplateProcessing':
      return readTemplate(part);
  }
}

function readTemplate(part: Part): number[] {
  const begin: number[] = [];
  for (const piece of part.parts('single')) {
    if (!piece.has('SpecialToken')) {
      if (piece.part('Sequence').string('id') === 'A') return begin;
      throw inputError(part.file, `${piece.path}: expected the sequence A or a special token`);
    }
    const name = piece.part('SpecialToken').string('id');
    const tokens = part.part('special_tokens');
    const ids = tokens.has(name) ? tokens.part(name).fields['ids'] : undefined;
    if (!Array.isArray(ids))
      throw inputError(part.file, `${part.path}.special_tokens: expected the ids of ${shown(name)}`);
    begin.push(
      ...ids.map((id: unknown) => checkedId(id, () => `${part.path}.special_tokens: ${shown(name)}`, part.file)),
    );
  }
  throw part.error('single', 'the sequence A among its pieces');
}
