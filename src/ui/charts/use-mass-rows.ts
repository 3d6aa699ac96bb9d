import { useMemo } from 'react';
import { ZONES } from '../../run/step-record.ts';
import { useRun } from '../../store/run-store.ts';
import type { MassRow } from './mass-rows.ts';
import { useTurn } from './turns.ts';

/** Share of the gradient's mass by zone of the run, per step. */
export function useMassRows(): MassRow[] {
  const length = useTurn(
    useRun(
      (run) => `${run.frame?.massShare.inside.steps.length ?? 0}:${run.frame?.massShare.inside.steps.at(-1) ?? ''}`,
    ),
  );
  return useMemo(() => (length === '0:' ? [] : massRows()), [length]);
}

function massRows(): MassRow[] {
  const share = useRun.getState().frame?.massShare;
  if (!share) return [];
  return share.inside.steps.map((step, i) => ({
    step,
    ...Object.fromEntries(ZONES.map((zone) => [zone, share[zone].values[i] ?? 0])),
  }));
}
