import { Button } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { useCompareMode } from '../../store/compare-mode.ts';
import { isComparing, useCompare } from '../../store/compare-store.ts';
import { useLearn, type LessonId } from '../../store/learn-store.ts';
import { useObjective } from '../../store/objective-store.ts';
import { usePage } from '../../store/page-store.ts';
import { useRecipe } from '../../store/recipe-store.ts';
import { TRIES } from './tries.ts';

const PLACE_NAMES = { train: 'Train', objective: 'Objective', compare: 'Compare' };

/**
 * The end of a lesson: one button that sets a recipe and opens the page that runs it; the previous recipe can be
 * restored.
 */
export function TryIt({ lesson }: { lesson: LessonId }) {
  const one = TRIES[lesson];
  const comparing = useCompare(isComparing);
  const blocked = one.place === 'compare' && comparing;
  const go = () => {
    useRecipe.getState().replace(one.config, `Recipe loaded: “${one.config.name}”`, one.look);
    if (one.overlays) useObjective.getState().setOverlays(one.overlays);
    if (one.strategies) useCompare.getState().setStrategies(one.strategies);
    if (one.seeds !== undefined) useCompare.getState().setSeeds(one.seeds);
    useLearn.getState().finish(lesson);
    // What lessons compare is a sweep.
    if (one.place === 'compare') useCompareMode.setState({ mode: 'sweep' });
    usePage.getState().go(one.place);
  };
  return (
    <section className="try-it" aria-label="Try it">
      <h3>Try it</h3>
      <p>{one.sets}</p>
      <p className="aside">{one.look}</p>
      <p className="try-row">
        <Button
          size="sm"
          data-testid="try-it"
          disabled={blocked}
          rightSection={<IconArrowRight size={15} aria-hidden />}
          onClick={go}
        >
          {one.label}
        </Button>
        <span className="try-place">
          {blocked ? 'A comparison is running. Stop it first.' : `opens ${PLACE_NAMES[one.place]}`}
        </span>
      </p>
    </section>
  );
}
