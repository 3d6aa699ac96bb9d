import { Button, CloseButton } from '@mantine/core';
import { hasNext, usePreset } from '../../store/preset-store.ts';
import { useRun } from '../../store/run-store.ts';
import { OnDemand } from '../OnDemand.tsx';
import { RECIPE_SOURCES } from './preset-parts.ts';

/** The followed preset: what to watch, and its next run. */
export function PresetNote() {
  const followed = usePreset((preset) => preset.followed);
  const run = usePreset((preset) => preset.run);
  const more = usePreset(hasNext);
  const state = useRun((state) => state.state);
  if (!followed) return null;
  const ended = state === 'stopped' || state === 'failed';
  return (
    <section className="preset-note" aria-label={`Preset: ${followed.title}`} data-testid="preset-note">
      <h3>
        {followed.title}
        {followed.runs.length > 1 && (
          <small>
            run {run + 1} of {followed.runs.length}: {followed.runs[run]?.name}
          </small>
        )}
        <CloseButton size="sm" aria-label="Close the preset’s note" onClick={() => usePreset.getState().leave()} />
      </h3>
      <ul>
        {followed.watch.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      {followed.recipe && <OnDemand part={RECIPE_SOURCES} props={{ recipe: followed.recipe }} />}
      {more && ended && (
        <Button size="compact-xs" variant="default" onClick={() => usePreset.getState().next()}>
          Start run {run + 2} of {followed.runs.length}
        </Button>
      )}
    </section>
  );
}
