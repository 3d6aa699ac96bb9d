import './foreign-code.css';
import { Button, Group } from '@mantine/core';
import type { ConfigCode } from '../run/config-code.ts';
import { useForeignCode } from '../store/foreign-code.ts';
import { Dialog } from './Dialog.tsx';

const ABOUT: Record<ConfigCode['kind'], string> = {
  strategy:
    'It is a WGSL function that runs on your GPU. It can read only the tokens of a run, and its loops are bounded. ' +
    'It is compiled only if you accept it.',
  reward:
    'It is a JavaScript function that grades responses, in an interpreter with limits of steps and memory: it sees a ' +
    'response and its row of data, and has no network, no clock and no storage. It runs only if you accept it.',
};

/** Shows the programs that a link, a file or a run brings; they are compiled and run only when they are accepted. */
export function ForeignCode() {
  const { asked, answer } = useForeignCode();
  if (!asked) return null;
  const { bringer, code } = asked;
  return (
    <Dialog opened onClose={() => answer(false)} title={`${bringer} contains ${titleOf(code)}`} size="lg">
      {code.map(({ kind, title, source }) => (
        <section key={source}>
          {code.length > 1 && <h3 className="foreign-title">{titleOf([{ kind, title, source }])}</h3>}
          <p className="hint">
            {ABOUT[kind]} {lineCount(source)}
          </p>
          <pre className="foreign-source" tabIndex={0} data-testid={`offered-${kind}`}>
            {source}
          </pre>
        </section>
      ))}
      <p className="hint">If you decline, nothing is loaded from it, and what you have stays as it is.</p>
      <Group justify="flex-end" gap="xs" mt="sm">
        <Button variant="default" size="xs" onClick={() => answer(false)}>
          Decline
        </Button>
        <Button size="xs" onClick={() => answer(true)}>
          {code.length > 1 ? 'Accept all' : `Accept ${code[0]?.kind ?? ''}`}
        </Button>
      </Group>
    </Dialog>
  );
}

/** So that what is below the visible part is not overlooked. */
function lineCount(source: string): string {
  const lines = source.trimEnd().split('\n').length;
  return lines === 1 ? 'It has one line.' : `It has ${lines} lines.`;
}

function titleOf(code: readonly ConfigCode[]): string {
  const [first] = code;
  if (code.length > 1) return `${code.length} programs`;
  return first?.kind === 'strategy' ? `a custom strategy: “${first.title}”` : 'a reward in JavaScript';
}
