import type { Preset } from '../../run/gallery.ts';
import { RECIPE_PRESETS } from '../../run/recipes/presets.ts';
import { PresetList } from './PresetList.tsx';

interface RecipeGalleryProps {
  disabled: boolean;
  onBegin: (preset: Preset) => void;
}

/** Recipes of papers, which train at one click. */
export function RecipeGallery(props: RecipeGalleryProps) {
  return (
    <>
      <h3>Recipes of papers</h3>
      <p className="hint">Scaled down to a model of 0.1M parameters; each value says where it is from.</p>
      <PresetList label="Recipes of papers" presets={RECIPE_PRESETS} {...props} />
    </>
  );
}
