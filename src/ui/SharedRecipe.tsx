import { Button, Group, Modal } from '@mantine/core';
import { useEffect, useState } from 'react';
import { StudioError } from '../errors.ts';
import type { RunConfig } from '../run/config.ts';
import { sharedRecipe } from '../run/share.ts';
import type { CustomStrategyConfig } from '../run/strategies.ts';
import { useRecipe } from '../store/recipe-store.ts';
import { useRun } from '../store/run-store.ts';
import { HEADER } from './modal-header.ts';

/** Opens a recipe that the page's address brings. A rule that somebody else wrote is shown first, and compiled only when it is accepted. */
export function SharedRecipe() {
  const [asking, setAsking] = useState<RunConfig>();
  useEffect(() => {
    const take = () => {
      try {
        const config = sharedRecipe(location.hash);
        if (!config) return;
        // Once: reloading the page later keeps what was changed since.
        history.replaceState(null, '', location.pathname + location.search);
        if (config.rl?.strategy.name === 'custom') setAsking(config);
        else useRecipe.getState().replace(config);
      } catch (error) {
        const known = error instanceof StudioError ? error : new StudioError('input', String(error));
        useRun.getState().showError({ kind: 'input', message: known.message, advice: known.advice });
      }
    };
    take();
    window.addEventListener('hashchange', take);
    return () => window.removeEventListener('hashchange', take);
  }, []);
  if (!asking) return null;
  const rule = asking.rl?.strategy as CustomStrategyConfig;
  const accept = () => {
    useRecipe.getState().replace(asking);
    setAsking(undefined);
  };
  return (
    <Modal opened onClose={() => setAsking(undefined)} title={`The link brings a rule of somebody else: “${rule.title}”`} size="lg" attributes={HEADER}>
      <p className="hint">It is a small program for your graphics card. It sees nothing but the tokens of a run, and its loops have a budget; it is compiled only if you accept it.</p>
      <pre className="rule-source" data-testid="shared-rule">
        {rule.source}
      </pre>
      <Group justify="flex-end" gap="xs">
        <Button variant="default" size="xs" onClick={() => setAsking(undefined)}>
          Leave it
        </Button>
        <Button size="xs" onClick={accept}>
          Accept the rule
        </Button>
      </Group>
    </Modal>
  );
}
