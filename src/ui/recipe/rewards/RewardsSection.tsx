import { Button } from '@mantine/core';
import { IconFlask } from '@tabler/icons-react';
import { useBenchDialog } from '../../../store/bench-dialog.ts';
import { benchRows } from '../../../store/bench-rows.ts';
import { useData } from '../../../store/data-store.ts';
import { useRecipe } from '../../../store/recipe-store.ts';
import { NextRunMark } from '../NextRunMark.tsx';
import { RewardList } from './RewardList.tsx';

/** What grades the responses of the recipe's task, and a bench to try it. */
export function RewardsSection() {
  return (
    <section className="section" data-testid="rewards">
      <h2 className="section-title">
        Rewards
        <NextRunMark paths={['task.rewards']} />
      </h2>
      <RewardList scope="recipe" />
      <Button
        size="compact-xs"
        variant="light"
        mt={8}
        leftSection={<IconFlask size={13} aria-hidden />}
        data-testid="try-rewards"
        onClick={() => {
          const { task } = useRecipe.getState().config;
          useBenchDialog.getState().open(benchRows(task, useData.getState()));
        }}
      >
        Try your rewards
      </Button>
    </section>
  );
}
