import { useRecipe } from '../../store/recipe-store.ts';
import { NumberField } from './NumberField.tsx';

/** The number of steps, and the seed. @param basic SFT's steps are shown here when it is the only stage */
export function RunSection({ basic }: { basic: boolean }) {
  const rl = useRecipe((recipe) => recipe.config.rl !== undefined);
  const sft = useRecipe((recipe) => recipe.config.sft !== undefined);
  const epochs = useRecipe((recipe) => recipe.config.sft?.epochs !== undefined);
  return (
    <section className="section">
      <h2 className="section-title">Length and seed</h2>
      {rl ? (
        <NumberField path="rl.steps" />
      ) : (
        basic && sft && <NumberField path={epochs ? 'sft.epochs' : 'sft.steps'} />
      )}
      <NumberField path="seed" />
    </section>
  );
}
