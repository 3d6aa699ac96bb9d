import { StudioError } from '../../errors.ts';
import type { ArchivedRun } from '../../archive/archived-run.ts';
import { parseRunConfig } from '../../run/config.ts';
import { usePage } from '../../store/page-store.ts';
import { useRecipe } from '../../store/recipe-store.ts';
import { useRun } from '../../store/run-store.ts';

/** Loads a run's config into the recipe on the Train page; an unknown custom strategy is shown first. */
export function openRecipe({ name, config }: Pick<ArchivedRun, 'name' | 'config'>): void {
  try {
    // Another version of the studio may have stored it.
    useRecipe.getState().offer({ config: parseRunConfig(config, `the recipe of ${name}`), bringer: `The run ${name}` });
    usePage.getState().go('train');
  } catch (error) {
    const message = error instanceof StudioError ? error.message : String(error);
    useRun.getState().showError({
      kind: 'input',
      message,
      advice: 'It may come from another version of the studio. The recipe on the Train page was not changed.',
    });
  }
}
