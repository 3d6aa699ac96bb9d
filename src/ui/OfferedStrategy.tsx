import './offered-strategy.css';
import { Button, Group, Modal } from '@mantine/core';
import type { CustomStrategyConfig } from '../run/strategies/strategy-config.ts';
import { useRecipe } from '../store/recipe-store.ts';
import { HEADER } from './modal-header.ts';

/** Shows a custom strategy from a link or recipe file; it is compiled only when it is accepted. */
export function OfferedStrategy() {
  const { offered, accept, decline } = useRecipe();
  if (!offered) return null;
  const strategy = offered.config.rl?.strategy as CustomStrategyConfig;
  return (
    <Modal
      opened
      onClose={decline}
      title={`${offered.bringer} contains a custom strategy: “${strategy.title}”`}
      size="lg"
      attributes={HEADER}
    >
      <p className="hint">
        It is a WGSL function that runs on your GPU. It can read only the tokens of a run, and its loops are bounded. It
        is compiled only if you accept it.
      </p>
      <pre className="strategy-source" data-testid="offered-strategy">
        {strategy.source}
      </pre>
      <Group justify="flex-end" gap="xs">
        <Button variant="default" size="xs" onClick={decline}>
          Decline
        </Button>
        <Button size="xs" onClick={accept}>
          Accept strategy
        </Button>
      </Group>
    </Modal>
  );
}
