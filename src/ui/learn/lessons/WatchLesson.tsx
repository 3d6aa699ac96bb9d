import { Aside } from '../Aside.tsx';
import { Formula } from '../Formula.tsx';
import { WatchFigure } from '../figures/WatchFigure.tsx';
import { Lesson } from '../Lesson.tsx';
import { Term } from '../Term.tsx';

/** docs/strategies.md has the rest. */
const CLIP_METRICS = {
  pg_clipfrac: [
    ['PPO, GPPO', 'tokens whose clipped loss is larger than the unclipped one'],
    ['CISPO', 'every clamped ratio, for either sign of A'],
    ['SAPO', 'always 0: SAPO does not clip'],
  ],
  pg_clipfrac_lower: [
    ['PPO, GPPO', 'tokens clipped by dual clip (A < 0, r > c)'],
    ['GMPO', 'clipped tokens with A < 0'],
    ['CISPO, SAPO', 'always 0'],
  ],
};

export function WatchLesson() {
  return (
    <Lesson id="watch">
      <p>
        Reward shows whether a run improves, but not why. Three other curves show more.{' '}
        <Term id="entropy">Entropy</Term>: how much exploration is left. The{' '}
        <Term id="clip-fraction">clip fraction</Term>: how off-policy a rollout is by its last update. The{' '}
        <Term id="preserved-share">preserved gradient</Term>: how much of the gradient comes from tokens that PPO would
        clip, and so how much the choice of strategy matters.
      </p>
      <WatchFigure />
      <p>To first order, an update with learning rate η changes the entropy by</p>
      <Formula
        tex={String.raw`\Delta H \;\approx\; -\,\eta\;\operatorname{Cov}_{y\sim\pi}\bigl(\log\pi(y),\ \pi(y)\,A(y)\bigr)`}
      />
      <p>
        Raising tokens that are already probable, or lowering improbable ones, reduces entropy. Raising improbable
        tokens increases it. So β₁, which scales the gradient of tokens with A&nbsp;&lt;&nbsp;0 that have become
        improbable, reduces entropy, and β₂, which scales the gradient of tokens with A&nbsp;&gt;&nbsp;0 that were
        improbable, keeps it high.
      </p>
      <h3>One name, different definitions</h3>
      <p>
        Two runs can clip the same tokens and still report different clip fractions, because the definition depends on
        the library and on the loss. These are verl’s definitions for some of its losses:
      </p>
      <div className="table-box">
        <table className="table lesson-table words">
          <thead>
            <tr>
              <th scope="col">metric</th>
              <th scope="col">loss</th>
              <th scope="col">counts</th>
            </tr>
          </thead>
          <tbody>
            {Object.entries(CLIP_METRICS).map(([metric, rows]) =>
              rows.map(([loss, counts], i) => (
                <tr key={`${metric} ${loss}`}>
                  {i === 0 && (
                    <th scope="rowgroup" rowSpan={rows.length}>
                      <code>{metric}</code>
                    </th>
                  )}
                  <td>{loss}</td>
                  <td>{counts}</td>
                </tr>
              )),
            )}
          </tbody>
        </table>
      </div>
      <p>
        TRL’s clip_ratio/low_mean and high_mean take the sign of A into account, and so do the studio’s zones. The
        studio reports both the zones and verl’s metrics.
      </p>
      <Aside title="Alarms.">
        The Train page shows an alarm when entropy collapses, when negative gradients dominate, when the log-probs of
        sampler and trainer differ, and when almost no tokens or too many tokens are clipped.
      </Aside>
    </Lesson>
  );
}
