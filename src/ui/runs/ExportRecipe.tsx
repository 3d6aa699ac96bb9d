import { Button, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconChevronDown } from '@tabler/icons-react';
import { useState } from 'react';
import type { ArchivedRun } from '../../archive/archived-run.ts';
import { fileNameOf } from '../../run/run-name.ts';
import { studioApi } from '../../store/connection.ts';
import { useRun } from '../../store/run-store.ts';
import { ENGINES, type Engine } from '../../worker/protocol.ts';
import { saveFiles } from '../rollouts/save-files.ts';

const TITLES: Record<Engine, string> = { verl: 'verl (Ray)', trl: 'TRL (accelerate, Ray)' };

/** A run's recipe as a folder for a cluster, zipped: the one that the command export-recipe writes. */
export function ExportRecipe({ run }: { run: ArchivedRun }) {
  const [busy, setBusy] = useState(false);
  const save = async (engine: Engine) => {
    setBusy(true);
    const answer = await studioApi().exportRecipe(run.config, engine);
    setBusy(false);
    if (!answer.ok) {
      useRun.getState().showError(answer.error);
      return;
    }
    saveFiles(`${fileNameOf(run.name)}-${engine}`, answer.value, 'zip');
    if (run.config.sft)
      notifications.show({
        message: 'The SFT stage is not exported: model/ has the weights before it. Put the checkpoint after SFT there.',
      });
  };
  return (
    <Menu position="bottom-start" shadow="md" withinPortal>
      <Menu.Target>
        <Button
          size="compact-xs"
          variant="default"
          loading={busy}
          rightSection={<IconChevronDown size={12} aria-hidden />}
          data-testid="export-recipe"
        >
          Export for a cluster
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {ENGINES.map((engine) => (
          <Menu.Item key={engine} data-testid={`export-recipe-${engine}`} onClick={() => void save(engine)}>
            {TITLES[engine]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
