import { describe, expect, it } from 'vitest';
import { Heartbeat, type Clock } from './heartbeat.ts';

/** A page and a worker whose clock and answers the test controls. */
function setUp() {
  let now = 0;
  let tick: () => void = () => undefined;
  let answer: (() => void) | undefined;
  const page = { visible: true };
  const said: string[] = [];
  const clock: Clock = {
    now: () => now,
    every: (_, work) => {
      tick = work;
      return () => (tick = () => undefined);
    },
    visible: () => page.visible,
  };
  const heartbeat = new Heartbeat(
    {
      ping: () => new Promise<void>((resolve) => (answer = resolve)),
      onSilent: () => said.push('silent'),
      onAnswer: () => said.push('answer'),
    },
    clock,
  );
  /** Advances the clock, one tick per second. */
  const pass = (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      now += 1000;
      tick();
    }
  };
  return {
    heartbeat,
    page,
    said,
    pass,
    answer: async () => {
      answer?.();
      // The answer arrives in a later turn.
      await Promise.resolve();
      await Promise.resolve();
    },
    /** The page itself was suspended. */
    suspend: (seconds: number) => {
      now += seconds * 1000;
      tick();
    },
  };
}

describe('the heartbeat', () => {
  it('reports a worker that does not answer for 20 s, once', () => {
    const { pass, said } = setUp();
    pass(20);
    expect(said).toEqual([]);
    pass(1);
    expect(said).toEqual(['silent']);
    pass(60);
    expect(said).toEqual(['silent']);
  });

  it('reports nothing while the worker answers, even if each answer takes long', async () => {
    const { pass, answer, said } = setUp();
    for (let round = 0; round < 5; round++) {
      pass(15);
      await answer();
    }
    expect(said).toEqual([]);
  });

  it('withdraws the report when the worker answers after all, and can report again', async () => {
    const { pass, answer, said } = setUp();
    pass(30);
    await answer();
    expect(said).toEqual(['silent', 'answer']);
    pass(25);
    expect(said).toEqual(['silent', 'answer', 'silent']);
  });

  it('does not count time in which the page was hidden or suspended', () => {
    const { pass, page, suspend, said } = setUp();
    pass(15);
    page.visible = false;
    pass(300);
    page.visible = true;
    pass(15);
    suspend(3600);
    pass(15);
    expect(said).toEqual([]);
    pass(5);
    expect(said).toEqual(['silent']);
  });

  it('ends with its connection', () => {
    const { heartbeat, pass, said } = setUp();
    heartbeat.stop();
    pass(60);
    expect(said).toEqual([]);
  });
});
