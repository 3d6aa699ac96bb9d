import { sourceText } from '../../run/recipes/source-text.ts';
import { usePreset } from '../../store/preset-store.ts';
import { fieldOf, useRecipe } from '../../store/recipe-store.ts';
import { Hint } from '../hint/Hint.tsx';

/** Marks a field whose value is that of the followed recipe, and says where the recipe has it from. */
export function SourceMark({ label, paths }: { label: string; paths: readonly string[] }) {
  const recipe = usePreset((preset) => preset.followed?.recipe);
  const config = useRecipe((state) => state.config);
  const sources = (recipe?.fields ?? []).filter(
    ({ path, value }) => paths.includes(path) && JSON.stringify(fieldOf(config, path)) === JSON.stringify(value),
  );
  if (sources.length === 0) return null;
  const text = [...new Set(sources.map(sourceText))].join(' ');
  return (
    <Hint label={text} maxWidth={260} position="right" always>
      <button type="button" className="source-mark" aria-label={`Source of ${label}: ${text}`}>
        §
      </button>
    </Hint>
  );
}
