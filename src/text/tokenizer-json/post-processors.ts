/** Post-processors of tokenizer.json: the tokens that they put around a text. */
import { inputError } from '../../errors.ts';
import { shown, type Part } from './part.ts';
import { checkedId } from './vocabulary.ts';

const TYPES = ['BertProcessing', 'ByteLevel', 'RobertaProcessing', 'Sequence', 'TemplateProcessing'] as const;

/** Ids of the tokens around a text that is encoded with special tokens. */
export interface AroundText {
  before: readonly number[];
  after: readonly number[];
}

export const NOTHING_AROUND: AroundText = { before: [], after: [] };

export function readAroundText(part: Part): AroundText {
  switch (part.choice('type', TYPES)) {
    case 'ByteLevel':
      return NOTHING_AROUND;
    case 'Sequence': {
      // Each one wraps the result of those before it.
      const steps = part.parts('processors').map(readAroundText);
      return {
        before: steps.flatMap((_, i) => steps[steps.length - 1 - i]?.before ?? []),
        after: steps.flatMap(({ after }) => after),
      };
    }
    case 'BertProcessing':
    case 'RobertaProcessing':
      return { before: [pairedId(part, 'cls')], after: [pairedId(part, 'sep')] };
    case 'TemplateProcessing':
      return readTemplate(part);
  }
}

/** Of `[token, id]`. */
function pairedId(part: Part, name: 'cls' | 'sep'): number {
  const pair = part.fields[name];
  if (!Array.isArray(pair)) throw part.error(name, '[token, id]');
  return checkedId(pair[1], () => `${part.path}.${name}`, part.file);
}

function readTemplate(part: Part): AroundText {
  const before: number[] = [];
  const after: number[] = [];
  let text = false;
  for (const piece of part.parts('single')) {
    if (piece.has('SpecialToken')) {
      (text ? after : before).push(...specialIds(part, piece.part('SpecialToken').string('id')));
      continue;
    }
    if (text || piece.part('Sequence').string('id') !== 'A')
      throw inputError(part.file, `${piece.path}: expected a special token, or the sequence A once`);
    text = true;
  }
  if (!text) throw part.error('single', 'the sequence A among its pieces');
  return { before, after };
}

function specialIds(part: Part, name: string): number[] {
  const tokens = part.part('special_tokens');
  const ids = tokens.has(name) ? tokens.part(name).fields['ids'] : undefined;
  if (!Array.isArray(ids))
    throw inputError(part.file, `${part.path}.special_tokens: expected the ids of ${shown(name)}`);
  return ids.map((id: unknown) => checkedId(id, () => `${part.path}.special_tokens: ${shown(name)}`, part.file));
}
