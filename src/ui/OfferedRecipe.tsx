import { useEffect } from 'react';
import { StudioError } from '../errors.ts';
import { isShareLink } from '../run/share-key.ts';
import { useForeignCode } from '../store/foreign-code.ts';
import { useRecipe } from '../store/recipe-store.ts';
import { useRun } from '../store/run-store.ts';
import { OnDemand } from './OnDemand.tsx';
import { FOREIGN_CODE } from './page-parts.ts';

/** Opens what the page's URL shares. */
function useLinkedRecipe(): void {
  useEffect(() => {
    const take = async () => {
      if (!isShareLink(location.hash)) return;
      try {
        const { sharedOf } = await import('../sharing/link.ts');
        const shared = sharedOf(location.hash);
        if (!shared) return;
        // Only once: a later reload keeps the user's changes.
        history.replaceState(null, '', location.pathname + location.search);
        useRecipe.getState().offer({
          config: shared.config,
          bringer: 'The link',
          accepted: () => void import('../store/linked.ts').then(({ openRest }) => openRest(shared)),
        });
      } catch (error) {
        const known = error instanceof StudioError ? error : new StudioError('input', String(error));
        useRun.getState().showError({ kind: 'input', message: known.message, advice: known.advice });
      }
    };
    const onChange = () => void take();
    onChange();
    window.addEventListener('hashchange', onChange);
    return () => window.removeEventListener('hashchange', onChange);
  }, []);
}

/** Opens the recipe in the page's URL; programs that it or anything else brings are shown before they run. */
export function OfferedRecipe() {
  useLinkedRecipe();
  const asked = useForeignCode((code) => code.asked !== undefined);
  return asked && <OnDemand part={FOREIGN_CODE} props={{}} />;
}
