import { fieldOf, useRecipe } from '../../store/recipe-store.ts';
import { useRun } from '../../store/run-store.ts';
import { ChoiceField } from './ChoiceField.tsx';

const PATH = 'compute.matmul_precision';

/** The matmul precision of layers, if the adapter offers a choice. */
export function ComputeSection() {
  const adapter = useRun((run) => run.adapter);
  const wanted = useRecipe((recipe) => fieldOf(recipe.config, PATH) === 'f16');
  const missing = adapter !== undefined && !adapter.halfPrecision;
  return (
    <section className="section" data-testid="compute">
      <h2 className="section-title">Compute</h2>
      {/* A recipe from elsewhere may ask for what the adapter lacks: then the way back stays open. */}
      <ChoiceField path={PATH} disabled={missing && !wanted} />
      {missing && (
        <p className={wanted ? 'note warning' : 'hint'} role={wanted ? 'alert' : 'note'}>
          {wanted
            ? 'This recipe needs f16, and this adapter lacks shader-f16. Choose f32.'
            : 'f16 unavailable: this adapter lacks shader-f16.'}
        </p>
      )}
    </section>
  );
}
