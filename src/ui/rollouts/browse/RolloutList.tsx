import { ActionIcon, NativeSelect } from '@mantine/core';
import { useElementSize, useMergedRef } from '@mantine/hooks';
import { IconSortAscending, IconSortDescending } from '@tabler/icons-react';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { useRollouts, type Found } from '../../../store/rollouts-store.ts';
import { ROLLOUT_ORDERS, type RolloutOrder } from '../../../views/rollouts.ts';
import { GroupLine } from './GroupLine.tsx';
import { ResponseLine } from './ResponseLine.tsx';
import { ORDER_TITLES } from './rollout-texts.ts';
import { visibleRows } from './visible-rows.ts';

/** Pixels; browse.css has the same. */
const ROW = 34;

/** The found responses; of a long list only the visible rows are elements. */
export function RolloutList() {
  const found = useRollouts((state) => state.found);
  const query = useRollouts((state) => state.query);
  const { change } = useRollouts.getState();
  return (
    <section className="card rollout-card" aria-label="Responses" aria-busy={found === undefined}>
      <div className="rollout-card-head">
        <p className="card-title" data-testid="rollout-count" data-changing role="status">
          {found ? countText(found) : 'Searching'}
        </p>
        <NativeSelect
          size="xs"
          aria-label="Sort by"
          value={query.order}
          data={ROLLOUT_ORDERS.map((value) => ({ value, label: ORDER_TITLES[value] }))}
          onChange={(event) => {
            const order = event.currentTarget.value as RolloutOrder;
            // Numbers are looked at from the highest down, groups in the order of the rollout.
            void change({ order, descending: order !== 'group' });
          }}
        />
        <ActionIcon
          variant="default"
          size={30}
          aria-label={query.descending ? 'Sort ascending' : 'Sort descending'}
          onClick={() => void change({ descending: !query.descending })}
        >
          {query.descending ? (
            <IconSortDescending size={16} aria-hidden />
          ) : (
            <IconSortAscending size={16} aria-hidden />
          )}
        </ActionIcon>
      </div>
      {found && <Rows found={found} />}
    </section>
  );
}

const number = (value: number) => value.toLocaleString('en');

function countText({ responses, steps, searched, query }: Found): string {
  const where = query.step === undefined ? ` in ${number(steps)} step${steps === 1 ? '' : 's'}` : '';
  return responses === searched && responses > 0
    ? `${number(responses)} responses${where}`
    : `${number(responses)} of ${number(searched)} responses${where}`;
}

const COLUMNS = ['response', 'reward', 'advantage', 'tokens', 'KL', 'clipped'] as const;
const HELP: Partial<Record<(typeof COLUMNS)[number], string>> = {
  KL: 'k3 estimate of KL(old policy || policy), in nats per token, at the last update with the response',
  clipped: 'Share of tokens in the zones that PPO clips: A<0 below and A>0 above the clip range',
};

function Rows({ found }: { found: Found }) {
  const { ref, height } = useElementSize();
  const scroller = useRef<HTMLDivElement>(null);
  const both = useMergedRef(ref, scroller);
  const [top, setTop] = useState(0);
  const chosen = useRollouts((state) => state.detail?.row.id);
  const { items, rows, query } = found;
  const window = visibleRows(top, height, ROW, items.length);
  const { first, count } = window;
  useEffect(() => void useRollouts.getState().need({ first, count }), [first, count, items]);
  // Another query begins at its top; another step of the same list stays where it is.
  const { step: _, ...rest } = query;
  const asked = JSON.stringify(rest);
  useEffect(() => {
    if (scroller.current) scroller.current.scrollTop = 0;
  }, [asked]);
  const places = Array.from({ length: count }, (_, i) => first + i);
  return (
    <div
      className="rollout-table"
      role="table"
      aria-label="Responses"
      aria-rowcount={items.length + 1}
      onKeyDown={(event) => moveFocus(event, scroller.current)}
    >
      <div className="rollout-row rollout-columns" role="row" aria-rowindex={1}>
        {COLUMNS.map((name) => (
          <span key={name} role="columnheader" className={`column-${name.toLowerCase()}`} title={HELP[name]}>
            {name}
          </span>
        ))}
      </div>
      <div
        className="rollout-scroll"
        role="rowgroup"
        ref={both}
        onScroll={(event) => setTop(event.currentTarget.scrollTop)}
        data-testid="rollout-list"
      >
        <div className="rollout-all" role="presentation" style={{ height: items.length * ROW }}>
          {places.map((place) => {
            const row = rows.get(place);
            return (
              <div
                key={place}
                className="rollout-place"
                role="row"
                aria-rowindex={place + 2}
                style={{ top: place * ROW }}
              >
                {row?.kind === 'group' && <GroupLine row={row} steps={query.step === undefined} />}
                {row?.kind === 'response' && (
                  <ResponseLine
                    row={row}
                    grouped={query.order === 'group'}
                    steps={query.step === undefined}
                    chosen={row.id === chosen}
                  />
                )}
                {!row && <span role="cell" />}
              </div>
            );
          })}
        </div>
        {items.length === 0 && <p className="hint rollout-none">No matching responses.</p>}
      </div>
    </div>
  );
}

/** Arrow keys move between the responses of the list, and scroll it. */
function moveFocus(event: KeyboardEvent<HTMLElement>, scroller: HTMLElement | null): void {
  if (!scroller || (event.key !== 'ArrowDown' && event.key !== 'ArrowUp')) return;
  const lines = [...scroller.querySelectorAll<HTMLElement>('.response-line')];
  const at = lines.findIndex((line) => line === document.activeElement);
  const next = lines[at + (event.key === 'ArrowDown' ? 1 : -1)];
  if (at < 0 || !next) return;
  event.preventDefault();
  next.focus();
}
