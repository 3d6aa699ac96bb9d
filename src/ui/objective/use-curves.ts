/** Curves of strategies from the worker: the newest request wins, and at most one is running. */
import { useEffect, useRef, useState } from 'react';
import type { Curve, CurvePoint } from '../../views/strategy-views.ts';
import type { StrategyConfig } from '../../run/strategies/strategy-config.ts';
import { studioApi } from '../../store/connection.ts';

export interface CurveRequest {
  strategy: StrategyConfig;
  points: CurvePoint[];
}

export interface CurveState {
  requests: CurveRequest[];
  curves: Curve[];
  error: string | undefined;
}

/** @param requests compared by their JSON: pass the drawn strategies */
export function useCurves(requests: CurveRequest[], ready: boolean): CurveState {
  const [state, setState] = useState<CurveState>({ requests: [], curves: [], error: undefined });
  const busy = useRef(false);
  const waiting = useRef<CurveRequest[] | undefined>(undefined);
  const key = JSON.stringify(requests);
  useEffect(() => {
    if (!ready) return;
    const ask = async (wanted: CurveRequest[]): Promise<void> => {
      busy.current = true;
      const answer = await studioApi().curves(wanted);
      busy.current = false;
      if (answer.ok) setState({ requests: wanted, curves: answer.value, error: undefined });
      else setState((before) => ({ ...before, error: `${answer.error.message} ${answer.error.advice}` }));
      const next = waiting.current;
      waiting.current = undefined;
      if (next) await ask(next);
    };
    const wanted = JSON.parse(key) as CurveRequest[];
    if (busy.current) waiting.current = wanted;
    else void ask(wanted);
  }, [key, ready]);
  return state;
}
