/**
 * The programs in a config: custom strategies in WGSL and rewards in JavaScript, wherever they are in it. A person is
 * asked before those of others run.
 */
export interface ConfigCode {
  kind: 'strategy' | 'reward';
  /** Of a strategy. */
  title: string;
  source: string;
}

/** @param value a RunConfig, a sweep, a task, or any part of them; each source once */
export function codeIn(value: unknown): ConfigCode[] {
  const found = new Map<string, ConfigCode>();
  const visit = (one: unknown): void => {
    if (typeof one !== 'object' || one === null) return;
    const { name, source, title } = one as { name?: unknown; source?: unknown; title?: unknown };
    if (name === 'custom' && typeof source === 'string')
      found.set(source, {
        kind: 'parameters' in one || title !== undefined ? 'strategy' : 'reward',
        title: typeof title === 'string' ? title : '',
        source,
      });
    Object.values(one).forEach(visit);
  };
  visit(value);
  return [...found.values()];
}
