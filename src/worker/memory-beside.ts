/** Out of memory for a model that is used beside a run: what to change is not in the run's config. */
import { StudioError } from '../errors.ts';

/**
 * @param lower what can be lowered in the request itself
 * @throws other errors unchanged
 */
export async function besideRun<T>(lower: string | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof StudioError) || error.kind !== 'memory') throw error;
    const ways = [lower, 'stop the run', 'close the other model of the playground', 'choose a smaller model'];
    const [first = '', ...rest] = ways.filter((way) => way !== undefined);
    const text = `${first}, ${rest.slice(0, -1).join(', ')}, or ${rest.at(-1)}.`;
    throw new StudioError('memory', error.message, `${text[0]?.toUpperCase()}${text.slice(1)}`, error.field);
  }
}
