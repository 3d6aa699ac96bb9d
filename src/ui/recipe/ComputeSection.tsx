import { fieldOf, useRecipe } from '../../store/recipe-store.ts';
import { useRun } from '../../store/run-store.ts';
import { ChoiceField } from './ChoiceField.tsx';

const PATH = 'compute.matmul_precision';

/** In which precision layers multiply, where the adapter leaves a choice. */
export function ComputeSection() {
  const adapter = useRun((run) => run.adapter);
  const wanted = useRecipe((recipe) => fieldOf(recipe.config, PATH) === 'f16');
  const missing = adapter !== undefined && !adapter.halfPrecision;
  return (
    <section className="section" data-testid="compute">
      <h2 className="section-title">Compute</h2>
      {/* A recipe from elsewhere may ask for what is not there: then the way back stays open. */}
      <ChoiceField
        path={PATH}
        label="Products of layers"
        help="Precision of what attention's and the MLP's matrix products multiply while training: f32, or rounded to 16 bit. Sums, the head and generation stay in f32."
        choices={['f32', 'f16']}
        fallback="default (f32)"
        disabled={missing && !wanted}
      />
      {missing && (
        <p className={wanted ? 'note warning' : 'hint'} role={wanted ? 'alert' : 'note'}>
          {wanted
            ? 'This recipe asks for 16 bit, which this graphics adapter does not compute in (it does not offer shader-f16): choose f32.'
            : '16 bit is not to be had here: this graphics adapter does not offer shader-f16.'}
        </p>
      )}
    </section>
  );
}
