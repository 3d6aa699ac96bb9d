import { Button } from '@mantine/core';
import { useMemo } from 'react';
import { advancedDifferences, isBasicField } from '../../run/recipe-fields.ts';
import { useRecipe } from '../../store/recipe-store.ts';
import { useRecipeView } from '../../store/recipe-view.ts';

/** Under Basic: how the hidden fields differ from the defaults, and a button that shows them. */
export function HiddenFields() {
  const { config, checked, problems } = useRecipe();
  const changed = useMemo(() => (checked ? advancedDifferences(checked).length : 0), [checked]);
  const wrong = Object.entries(problems).filter(([path]) => !isBasicField(path, config));
  if (changed === 0 && wrong.length === 0) return null;
  const show = (
    <Button size="compact-xs" variant="default" onClick={() => useRecipeView.getState().show('advanced')}>
      Show
    </Button>
  );
  return wrong.length > 0 ? (
    <p className="recipe-line problem" role="alert" data-testid="hidden-fields">
      {wrong.length === 1 ? 'An advanced field has a problem' : `${wrong.length} advanced fields have problems`}:{' '}
      {wrong[0]?.[1]} {show}
    </p>
  ) : (
    <p className="recipe-line" data-testid="hidden-fields">
      {changed === 1
        ? '1 advanced field differs from its default'
        : `${changed} advanced fields differ from the defaults`}
      . {show}
    </p>
  );
}
