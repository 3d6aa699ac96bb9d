import { useRef } from 'react';
import { PRESETS, type Preset } from '../../run/gallery.ts';
import { usePreset } from '../../store/preset-store.ts';
import { fromInput } from '../picked-files.ts';
import { useAddCheckpoint } from '../use-add-checkpoint.ts';
import { useTransport } from '../use-transport.ts';

/** Recipes that train at one click. */
export function PresetGallery({ onStart }: { onStart?: () => void }) {
  const { active, ready, comparing } = useTransport();
  const folder = useRef<HTMLInputElement>(null);
  const asking = useRef<Preset>(undefined);
  const addCheckpoint = useAddCheckpoint();
  const blocked = comparing ? 'A comparison is using the GPU. Stop it on the Compare page first.' : undefined;
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
      <PresetList label="Presets" presets={PRESETS.filter(({ recipe }) => !recipe)} disabled={off} onBegin={begin} />
      <h3>Recipes of papers</h3>
      <p className="hint">Scaled down to a model of 0.1M parameters; each value says where it is from.</p>
      <PresetList
        label="Recipes of papers"
        presets={PRESETS.filter(({ recipe }) => recipe)}
        disabled={off}
        onBegin={begin}
      />
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

interface PresetListProps {
  label: string;
  presets: readonly Preset[];
  disabled: boolean;
  onBegin: (preset: Preset) => void;
}

function PresetList({ label, presets, disabled, onBegin }: PresetListProps) {
  return (
    <ul className="presets" aria-label={label}>
      {presets.map((preset) => (
        <li key={preset.id}>
          <button type="button" data-testid={`preset-${preset.id}`} disabled={disabled} onClick={() => onBegin(preset)}>
            <b>{preset.title}</b>
            <span>{preset.summary}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
