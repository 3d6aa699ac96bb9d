import { Button, Checkbox, CloseButton, SegmentedControl } from '@mantine/core';
import { IconFileUpload } from '@tabler/icons-react';
import { useEffect, useMemo, useRef } from 'react';
import { labelsOf, strategyOf } from '../../archive/run-list.ts';
import { LOG_LIMITS } from '../../logs/metric-log.ts';
import { useLogs } from '../../store/logs-store.ts';
import { MOST_DRAWN, useRuns } from '../../store/runs-store.ts';
import { day, hour } from '../format.ts';
import { SearchSelect } from '../inputs/SearchSelect.tsx';
import { fromInput } from '../picked-files.ts';
import { otherNames, withLabels } from './log-charts.ts';

const NONE = '';

/** The logs, the own runs that they lie over, and what the charts are over. */
export function LogSettings() {
  const logs = useLogs((state) => state.logs);
  const along = useLogs((state) => state.along);
  return (
    <>
      <Files />
      <OwnRuns />
      <section className="section">
        <h2 className="section-title">X axis</h2>
        <SegmentedControl
          size="xs"
          fullWidth
          aria-label="X axis"
          value={along}
          data={[
            { value: 'step', label: 'Steps' },
            { value: 'share', label: 'Share of the run' },
          ]}
          onChange={(value) => useLogs.getState().set({ along: value as typeof along })}
        />
        <p className="hint">
          A step of the studio and of verl is one rollout, a step of TRL one optimizer update. The share is of the steps
          logged so far.
        </p>
      </section>
      {logs.length > 0 && <OtherMetrics />}
    </>
  );
}

function Files() {
  const input = useRef<HTMLInputElement>(null);
  const { logs, reading, open, cancel, draw, remove } = useLogs();
  const labelled = withLabels(logs, 0);
  return (
    <section className="section">
      <h2 className="section-title">Metric logs</h2>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        data-testid="logs-input"
        aria-label="Metric logs"
        onChange={(event) => {
          const files = event.currentTarget.files ? fromInput(event.currentTarget.files) : [];
          if (files.length > 0) void open(files);
          event.currentTarget.value = '';
        }}
      />
      <Button
        variant="light"
        size="xs"
        fullWidth
        leftSection={<IconFileUpload size={14} aria-hidden />}
        onClick={() => input.current?.click()}
      >
        Open logs
      </Button>
      {reading && (
        <Button variant="default" size="xs" fullWidth mt={6} onClick={cancel}>
          Cancel
        </Button>
      )}
      <ul className="log-list">
        {labelled.map(({ id, label, drawn }) => (
          <li key={id}>
            <Checkbox
              size="xs"
              label={label}
              checked={drawn}
              onChange={(event) => draw(id, event.currentTarget.checked)}
            />
            <CloseButton size="sm" aria-label={`Close ${label}`} onClick={() => remove(id)} />
          </li>
        ))}
      </ul>
      <p className="hint">
        Or drop them here: JSONL of verl or TRL, trainer_state.json, CSV, Parquet, TensorBoard event files (their
        folder, if a run was restarted), CSV exports of W&B; up to {LOG_LIMITS.bytes / 2 ** 20} MB each. They never
        leave this computer.
      </p>
    </section>
  );
}

function OwnRuns() {
  const stored = useRuns((state) => state.runs);
  const { runs, addRun, removeRun } = useLogs();
  useEffect(() => void useRuns.getState().refresh(), []);
  const chosen = useMemo(() => runs.flatMap((id) => stored?.find((run) => run.id === id) ?? []), [runs, stored]);
  const labels = labelsOf(chosen);
  const entries = useMemo(
    () =>
      (stored ?? [])
        .filter(({ id, records }) => records > 0 && !runs.includes(id))
        .sort((a, b) => b.started - a.started)
        .map((run) => ({
          value: run.id,
          label: `${run.name} · ${strategyOf(run)} · ${day(run.started)}, ${hour(run.started)}`,
        })),
    [stored, runs],
  );
  return (
    <section className="section">
      <h2 className="section-title">Stored runs</h2>
      <SearchSelect
        label="Add a stored run"
        nothingFoundMessage="No matching stored run"
        value={NONE}
        entries={[{ value: NONE, label: entries.length > 0 ? 'Add a stored run' : 'No other stored run' }, ...entries]}
        onOpen={() => void useRuns.getState().refresh()}
        onChange={(id) => id !== NONE && void addRun(id)}
      />
      <ul className="log-list">
        {chosen.map((run) => (
          <li key={run.id}>
            {labels.get(run.id)}
            <CloseButton
              size="sm"
              aria-label={`Remove ${labels.get(run.id) ?? run.name}`}
              onClick={() => removeRun(run.id)}
            />
          </li>
        ))}
      </ul>
      <p className="hint">At most {MOST_DRAWN} runs and logs are drawn.</p>
    </section>
  );
}

function OtherMetrics() {
  const { logs, alone, set } = useLogs();
  const names = useMemo(() => otherNames(logs.filter(({ drawn }) => drawn)), [logs]);
  const left = names.filter((name) => !alone.includes(name));
  return (
    <section className="section">
      <h2 className="section-title">Metrics that the studio does not have</h2>
      <SearchSelect
        label="Draw another metric"
        nothingFoundMessage="No matching metric"
        value={NONE}
        entries={[
          { value: NONE, label: left.length > 0 ? `Draw one of ${left.length}` : 'None' },
          ...left.map((name) => ({ value: name, label: name })),
        ]}
        onChange={(name) => name !== NONE && set({ alone: [...alone, name] })}
      />
      <ul className="log-list">
        {alone.map((name) => (
          <li key={name}>
            {name}
            <CloseButton
              size="sm"
              aria-label={`Remove ${name}`}
              onClick={() => set({ alone: alone.filter((one) => one !== name) })}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}
