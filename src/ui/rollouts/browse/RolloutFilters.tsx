import { Button, NativeSelect, Pill, TextInput } from '@mantine/core';
import { isFiltered, useRollouts } from '../../../store/rollouts-store.ts';
import type { GroupFilter, ZoneFilter } from '../../../views/rollouts.ts';
import { day, hour } from '../../format.ts';
import { GROUP_FILTERS, ZONE_FILTERS, ZONE_ORDER } from './rollout-texts.ts';

const ANY = { value: '', label: 'any' };
const CORRECT = [ANY, { value: 'true', label: 'correct' }, { value: 'false', label: 'incorrect' }];

/** Which run is shown, and which of its responses. */
export function RolloutFilters() {
  const runs = useRollouts((state) => state.runs);
  const opened = useRollouts((state) => state.opened);
  const query = useRollouts((state) => state.query);
  const { change, clear, refresh } = useRollouts.getState();
  const chosen = <T extends string>(value: string) => (value === '' ? undefined : (value as T));
  return (
    <section className="section" aria-label="Filter">
      <h2 className="section-title">Run</h2>
      <NativeSelect
        size="xs"
        aria-label="Run"
        title={runs?.find(({ run }) => run === opened?.run)?.name}
        value={opened?.run ?? ''}
        disabled={!runs || runs.length === 0}
        data={(runs ?? []).map(({ run, name, started, held }) => ({
          value: run,
          label: `${name}${held ? ' (this page)' : ` · ${day(started)}, ${hour(started)}`}`,
        }))}
        onChange={(event) => void refresh(event.currentTarget.value)}
      />
      <h2 className="section-title filter-title">
        Filter
        {isFiltered(query) && (
          <Button size="compact-xs" variant="subtle" onClick={() => void clear()}>
            Clear filters
          </Button>
        )}
      </h2>
      <TextInput
        size="xs"
        label="Search responses"
        type="search"
        value={query.text}
        onChange={(event) => void change({ text: event.currentTarget.value })}
      />
      <TextInput
        size="xs"
        mt={6}
        label="Problem"
        type="search"
        placeholder="part of the prompt"
        value={query.problem}
        onChange={(event) => void change({ problem: event.currentTarget.value })}
      />
      {query.key !== undefined && (
        <Pill
          mt={6}
          withRemoveButton
          removeButtonProps={{ 'aria-label': 'Show all problems', 'aria-hidden': false, tabIndex: 0 }}
          onRemove={() => void change({ key: undefined })}
          title={query.key}
        >
          Only {query.key}
        </Pill>
      )}
      <NativeSelect
        size="xs"
        mt={6}
        label="Has a token in zone"
        value={query.zone ?? ''}
        data={[ANY, ...ZONE_ORDER.map((value) => ({ value, label: ZONE_FILTERS[value].title }))]}
        onChange={(event) => void change({ zone: chosen<ZoneFilter>(event.currentTarget.value) })}
      />
      {query.zone && <p className="hint">{ZONE_FILTERS[query.zone].meaning}</p>}
      <NativeSelect
        size="xs"
        mt={6}
        label="Response"
        value={query.correct === undefined ? '' : String(query.correct)}
        data={CORRECT}
        onChange={({ currentTarget: { value } }) =>
          void change({ correct: value === '' ? undefined : value === 'true' })
        }
      />
      <NativeSelect
        size="xs"
        mt={6}
        label="Group"
        value={query.group ?? ''}
        data={[ANY, ...Object.entries(GROUP_FILTERS).map(([value, label]) => ({ value, label }))]}
        onChange={(event) => void change({ group: chosen<GroupFilter>(event.currentTarget.value) })}
      />
      {opened && opened.difficulties.length > 0 && (
        <NativeSelect
          size="xs"
          mt={6}
          label="Difficulty"
          value={query.difficulty ?? ''}
          data={[ANY, ...opened.difficulties]}
          onChange={(event) => void change({ difficulty: chosen(event.currentTarget.value) })}
        />
      )}
    </section>
  );
}
