/** The recipe's memory plan from the worker, which drops all but the newest edit. */
import { useEffect, useState } from 'react';
import type { RunConfig } from '../../run/config.ts';
import type { MemoryPlan } from '../../views/memory.ts';
import { studioApi } from '../../store/connection.ts';

export interface MemoryAnswer {
  plan?: MemoryPlan;
  /** Why the run would be refused, with advice. */
  refused?: string;
}

/** @param recipe checked; undefined while it has problems, which keeps the last plan */
export function useMemoryPlan(recipe: RunConfig | undefined, ready: boolean): MemoryAnswer {
  const [answer, setAnswer] = useState<MemoryAnswer>({});
  const key = recipe && JSON.stringify(recipe);
  useEffect(() => {
    if (!ready || key === undefined) return;
    let newest = true;
    const ask = async (): Promise<void> => {
      const result = await studioApi().planMemory(JSON.parse(key) as RunConfig);
      if (!newest) return;
      if (result.ok) setAnswer({ plan: result.value });
      // Other errors are shown elsewhere on the page.
      else
        setAnswer(result.error.kind === 'memory' ? { refused: `${result.error.message} ${result.error.advice}` } : {});
    };
    void ask();
    return () => {
      newest = false;
    };
  }, [key, ready]);
  return answer;
}
