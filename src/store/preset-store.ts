/** The preset that the page follows: its current run, and the next one. */
import { create } from 'zustand';
import type { RunConfig } from '../run/config.ts';
import { PRESETS, type Preset } from '../run/gallery.ts';
import type { CheckpointView } from '../views/models.ts';
import { LAST_RUN, showStoredRun } from './stored-run-store.ts';
import { withConsent } from './foreign-code.ts';
import { useLeaving } from './leaving-store.ts';
import { ownRecipe, useRecipe } from './recipe-store.ts';
import { useRun } from './run-store.ts';

interface PresetState {
  followed: Preset | undefined;
  /** Index of the followed preset's current or last run. */
  run: number;
  /** Sets the preset's first recipe and starts it; programs that the model's task brings are shown first. */
  begin: (preset: Preset, model?: CheckpointView) => void;
  /** Starts the run after the current one. */
  next: () => void;
  /** Hides the note; the current run continues, and no other run follows it. */
  leave: () => void;
}

export const usePreset = create<PresetState>()((set, get) => {
  /** The config that was started last; it distinguishes the preset's runs from those that the user starts. */
  let started: RunConfig | undefined;

  const start = ({ title }: Preset, config: RunConfig) => {
    useRecipe.getState().replace(config, `Recipe loaded: preset “${title}”`);
    const { checked } = useRecipe.getState();
    if (!checked) return;
    started = checked;
    useLeaving.getState().start(checked, { paused: false });
  };

  useRun.subscribe(({ state, running }, before) => {
    if (running !== before.running && running !== started) set({ followed: undefined });
    if (state === 'finished' && before.state !== 'finished' && running === started && hasNext(get())) get().next();
  });

  return {
    followed: undefined,
    run: 0,
    begin: (preset, model) => {
      set({ followed: undefined });
      const [first] = preset.runs;
      const config = model ? onModel(first, model) : first;
      withConsent(`The model ${model?.name ?? ''}`, config, [ownRecipe(), preset.runs], () => {
        start(preset, config);
        set({ followed: preset, run: 0 });
      });
    },
    next: () => {
      const { followed, run } = get();
      const config = followed?.runs[run + 1];
      if (!config) return;
      start(followed, config);
      void showStoredRun(LAST_RUN);
      set({ followed, run: run + 1 });
    },
    leave: () => set({ followed: undefined }),
  };
});

export const hasNext = ({ followed, run }: Pick<PresetState, 'followed' | 'run'>): boolean =>
  followed?.runs[run + 1] !== undefined;

export const presetOf = (id: string): Preset | undefined => PRESETS.find((preset) => preset.id === id);

/** A preset's config on another checkpoint, with the task that the checkpoint was trained on, if it names one. */
export function onModel(config: RunConfig, { id, task }: Pick<CheckpointView, 'id' | 'task'>): RunConfig {
  const { freeze, lora } = config.model;
  return {
    ...config,
    model: { checkpoint: id, ...(freeze && { freeze }), ...(lora && { lora }) },
    ...(task && { task }),
  };
}
