import { Button, NativeSelect } from '@mantine/core';
import { useState } from 'react';
import { SHOWN_RESPONSES, useDump } from '../../store/dump-store.ts';
import type { DumpOrder } from '../../views/dump.ts';
import { ColorBy } from '../inputs/ColorBy.tsx';
import { Rollout } from '../rollouts/Rollout.tsx';
import '../rollouts/rollouts.css';
import { COLORING_HELP, COLORINGS, type Coloring } from '../rollouts/token-colors.ts';
import { TokenInspector } from '../rollouts/TokenInspector.tsx';

const ORDERS: Record<DumpOrder, string> = {
  outside: 'By tokens outside the clip range',
  advantage: 'By size of the advantage',
  file: 'Order of the file',
};

/** The responses of the chosen step, with the zones of the first strategy. */
export function DumpResponses() {
  const { responses, order, first, show } = useDump();
  const [coloring, setColoring] = useState<Coloring>('zone');
  if (!responses) return null;
  const { found, rollouts } = responses;
  return (
    <section className="card" aria-label="Responses" data-testid="dump-responses">
      <h3 className="card-title">Responses</h3>
      <div className="dump-bar">
        <NativeSelect
          size="xs"
          aria-label="Order of the responses"
          value={order}
          data={Object.entries(ORDERS).map(([value, label]) => ({ value, label }))}
          onChange={(event) => void show({ order: event.currentTarget.value as DumpOrder })}
        />
        <ColorBy value={coloring} choices={COLORINGS} onChange={setColoring} />
        <span>
          {first + 1} to {first + rollouts.length} of {found.toLocaleString('en')}
        </span>
        <Button
          size="xs"
          variant="default"
          disabled={first === 0}
          onClick={() => void show({ first: Math.max(0, first - SHOWN_RESPONSES) })}
        >
          Previous
        </Button>
        <Button
          size="xs"
          variant="default"
          disabled={first + SHOWN_RESPONSES >= found}
          onClick={() => void show({ first: first + SHOWN_RESPONSES })}
        >
          Next
        </Button>
      </div>
      <p className="hint">{COLORING_HELP[coloring]}</p>
      <TokenInspector rollouts={rollouts}>
        <div className="dump-list">
          {rollouts.map((rollout, i) => (
            <Rollout key={first + i} rollout={rollout} index={i} coloring={coloring} graded={false} />
          ))}
        </div>
      </TokenInspector>
    </section>
  );
}
