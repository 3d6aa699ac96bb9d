import { learnAddress } from '../../../store/learn-store.ts';
import { Aside } from '../Aside.tsx';
import { SweepFigure } from '../figures/SweepFigure.tsx';
import { Lesson } from '../Lesson.tsx';
import { LEARN_PAGES } from '../lesson-list.ts';
import { EVIDENCE } from '../sweep-evidence.ts';

export function EvidenceLesson() {
  return (
    <Lesson id="evidence">
      <p>
        Is GPPO better than PPO? The project includes four sweeps, run with its command line on 0.1M-parameter addition
        models. All strategies of a sweep start from the same checkpoint; runs with the same seed have the same prompts
        and sampling seeds. Accuracy is on held-out sums: 512 with two sampled responses each, in the last sweep 256
        with four. Intervals are over seeds; those of the differences are corrected for the number of comparisons.
      </p>
      {EVIDENCE.map((one) => (
        <SweepFigure key={one.id} evidence={one} />
      ))}
      <p>
        Eight claims of the papers, each with fresh seeds and a verdict, are on{' '}
        <a href={learnAddress('claims')}>{LEARN_PAGES.claims}</a>. A map of settings, also of other tasks and a larger
        model, in which the gradient preserved above the range helps or does not is on{' '}
        <a href={learnAddress('regimes')}>{LEARN_PAGES.regimes}</a>.
      </p>
      <h3>What this does not show</h3>
      <p>
        These sweeps use one size of model, one task with four-token answers, rewards of 0 and 1, and at most 40 steps.
        The paper’s claim concerns large models, long chains of thought and a learning rate of 1e−6; these results
        neither confirm nor refute it. In the second regime greedy accuracy is similar for both, and the strategy that
        learns faster also has the lower entropy. All regimes but the first were found after trying other settings; the
        last one was then confirmed on new seeds.
      </p>
      <Aside title="The mechanism is the same in a large run.">
        Which tokens leave the clip range, what gradient weight they keep, and what that does to entropy: you can
        observe each of these here and in a large run.
      </Aside>
      <p>
        The weights of the two strategies suggest that the low side alone causes the collapse. These sweeps did not test
        that. You can:
      </p>
    </Lesson>
  );
}
