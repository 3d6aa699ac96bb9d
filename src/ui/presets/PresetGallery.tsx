import { useRef } from 'react';
import { PRESETS, type Preset } from '../../run/gallery.ts';
import { GPU_USER_TEXT } from '../../store/gpu-user.ts';
import { usePreset } from '../../store/preset-store.ts';
import { OnDemand } from '../OnDemand.tsx';
import { fromInput } from '../picked-files.ts';
import { useAddCheckpoint } from '../use-add-checkpoint.ts';
import { useTransport } from '../use-transport.ts';
import { PresetList } from './PresetList.tsx';
import { RECIPE_GALLERY } from './preset-parts.ts';

/** Recipes that train at one click. */
export function PresetGallery({ onStart }: { onStart?: () => void }) {
  const { active, ready, user } = useTransport();
  const folder = useRef<HTMLInputElement>(null);
  const asking = useRef<Preset>(undefined);
  const addCheckpoint = useAddCheckpoint();
  const blocked = user && `${GPU_USER_TEXT[user]}.`;
  const off = active || !ready;
  const begin = (preset: Preset) => {
    if (preset.asksForModel) {
      asking.current = preset;
      folder.current?.click();
      return;
    }
    usePreset.getState().begin(preset);
    onStart?.();
  };
  const beginOn = async (files: FileList) => {
    const preset = asking.current;
    const model = await addCheckpoint(fromInput(files));
    if (!preset || !model) return;
    usePreset.getState().begin(preset, model);
    onStart?.();
  };
  return (
    <>
      <PresetList label="Presets" presets={PRESETS} disabled={off} onBegin={begin} />
      {ready && <OnDemand part={RECIPE_GALLERY} props={{ disabled: off, onBegin: begin }} />}
      {(blocked ?? (active && 'Stop the run to start a preset.')) && (
        <p className="hint">{blocked ?? 'Stop the run to start a preset.'}</p>
      )}
      <input
        ref={folder}
        type="file"
        multiple
        hidden
        data-testid="preset-folder"
        aria-label="Checkpoint folder for the preset"
        {...{ webkitdirectory: '' }}
        onChange={(event) => {
          if (event.currentTarget.files?.length) void beginOn(event.currentTarget.files);
          event.currentTarget.value = '';
        }}
      />
    </>
  );
}
