import type { Preset } from '../../run/gallery.ts';

interface PresetListProps {
  label: string;
  presets: readonly Preset[];
  disabled: boolean;
  onBegin: (preset: Preset) => void;
}

export function PresetList({ label, presets, disabled, onBegin }: PresetListProps) {
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
