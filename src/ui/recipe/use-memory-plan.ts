/**
 * What the recipe would take on the adapter, from the worker: the newest recipe wins, and no more than one question is
 * under way.
 */
import { useEffect, useRef, useState } from 'react';
import type { RunConfig } from '../../run/config.ts';
import type { MemoryPlan } from '../../views/memory.ts';
import { studioApi } from '../../store/connection.ts';

export interface MemoryAnswer {
  plan?: MemoryPlan;
  /** Why the run would be refused, and what to do. */
  refused?: string;
}

/** @param recipe checked; undefined while it has problems: the last answer stays */
export function useMemoryPlan(recipe: RunConfig | undefined, ready: boolean): MemoryAnswer {
  const [answer, setAnswer] = useState<MemoryAnswer>({});
  const busy = useRef(false);
  const waiting = useRef<RunConfig | undefined>(undefined);
  const key = recipe && JSON.stringify(recipe);
  useEffect(() => {
    if (!ready || key === undefined) return;
    const ask = async (wanted: RunConfig): Promise<void> => {
      busy.current = true;
      const result = await studioApi().planMemory(wanted);
      busy.current = false;
      if (result.ok) setAnswer({ plan: result.value });
      // Other errors have a place of their own on the page.
      else
        setAnswer(result.error.kind === 'memory' ? { refused: `${result.error.message} ${result.error.advice}` } : {});
      const next = waiting.current;
      waiting.current = undefined;
      if (next) await ask(next);
    };
    const wanted = JSON.parse(key) as RunConfig;
    if (busy.current) waiting.current = wanted;
    else void ask(wanted);
  }, [key, ready]);
  return answer;
}
