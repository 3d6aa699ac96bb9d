import './recipe.css';
import { SegmentedControl } from '@mantine/core';
import { useRecipe } from '../../store/recipe-store.ts';
import { useRecipeView, type RecipeView } from '../../store/recipe-view.ts';
import { useRun } from '../../store/run-store.ts';
import { OnDemand } from '../OnDemand.tsx';
import { FieldAdvice } from './FieldAdvice.tsx';
import { HiddenFields } from './HiddenFields.tsx';
import { ModelSection } from './ModelSection.tsx';
import { NameField } from './NameField.tsx';
import { RecipeFile } from './RecipeFile.tsx';
import { RecipeHistory } from './RecipeHistory.tsx';
import { ADVANCED_FIELDS, REWARDS_SECTION, TRAINED_SECTION } from './recipe-parts.ts';
import { RunEdits } from './RunEdits.tsx';
import { RunSection } from './RunSection.tsx';
import { StrategySection } from './StrategySection.tsx';

/** The left column: the recipe of the next run, with basic or advanced fields. */
export function RecipePanel() {
  const adapter = useRun((run) => run.adapter);
  const { view, show } = useRecipeView();
  const basic = view === 'basic';
  // Data of one's own is graded by nothing else; built-in tasks have a verifier.
  const ownData = useRecipe(
    (recipe) => recipe.config.task.name === 'dataset' || recipe.config.task.rewards !== undefined,
  );
  return (
    <>
      <RecipeFile />
      <div className="recipe-view">
        <SegmentedControl
          size="xs"
          fullWidth
          aria-label="Recipe fields"
          value={view}
          data={[
            { value: 'basic', label: 'Basic' },
            { value: 'advanced', label: 'Advanced' },
          ]}
          onChange={(value) => show(value as RecipeView)}
        />
        <RecipeHistory />
      </div>
      <RunEdits />
      <RecipeProblem />
      {basic && <HiddenFields />}
      {adapter?.software && <p className="note warning">Software adapter: running on the CPU, much slower.</p>}
      <section className="section">
        <NameField />
      </section>
      <ModelSection basic={basic} />
      {(!basic || ownData) && <OnDemand part={REWARDS_SECTION} props={{}} />}
      {!basic && <OnDemand part={TRAINED_SECTION} props={{}} />}
      <StrategySection basic={basic} />
      {basic && (
        <div className="clip-forecast">
          <FieldAdvice paths={['rl.minibatches']} />
        </div>
      )}
      <RunSection basic={basic} />
      {!basic && <OnDemand part={ADVANCED_FIELDS} props={{}} />}
      {adapter && !adapter.software && (
        <p className="hint">
          Running on{' '}
          {[adapter.vendor, adapter.architecture, adapter.description].filter(Boolean).join(' ') || 'the GPU'}.
        </p>
      )}
    </>
  );
}

/** A problem of the recipe that belongs to no field. */
function RecipeProblem() {
  const problem = useRecipe((recipe) => recipe.problems['']);
  if (problem === undefined) return null;
  return (
    <p className="recipe-line problem" role="alert">
      {problem}
    </p>
  );
}
