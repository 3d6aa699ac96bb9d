import { learnAddress } from '../../store/learn-store.ts';

/** Explains beside the responses why their step changes nothing. */
export function NoAdvantage({ step }: { step: number }) {
  return (
    <p className="note warning" data-testid="no-advantage">
      <b>All groups have zero advantage in step {step}.</b> The responses of each group have equal rewards, so A is 0
      for all tokens and the policy gradient is 0: no clip strategy can change anything. Choose problems that the policy
      solves sometimes, or sample more responses per prompt.{' '}
      <a href={learnAddress('gradient')}>Lesson on groups and advantages</a>
    </p>
  );
}
