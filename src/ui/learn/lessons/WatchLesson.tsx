import { Aside } from '../Aside.tsx';
import { Formula } from '../Formula.tsx';
import { WatchFigure } from '../figures/WatchFigure.tsx';
import { Lesson } from '../Lesson.tsx';
import { Term } from '../Term.tsx';

/** docs/strategies.md has the rest. */
const CLIP_METRICS = {
  pg_clipfrac: [
    ['PPO, GPPO', 'tokens whose clipped loss is the larger one'],
    ['CISPO', 'every bounded ratio, whatever the sign of A'],
    ['SAPO', 'always 0: it has no clip'],
  ],
  pg_clipfrac_lower: [
    ['PPO, GPPO', 'tokens that dual clip bounds (A < 0, r > c)'],
    ['GMPO', 'clipped tokens with A < 0'],
    ['CISPO, SAPO', 'always 0'],
  ],
};

export function WatchLesson() {
  return (
    <Lesson id="watch">
      <p>
        Reward says whether a run goes well. It does not say why. Three other curves say more.{' '}
        <Term id="entropy">Entropy</Term>: what is left to explore. The <Term id="clip-fraction">clip fraction</Term>:
        how stale a rollout is by its last update. The <Term id="preserved-share">preserved share</Term>: how much of
        the gradient is what PPO would have dropped, and so how much your choice of rule matters at all.
      </p>
      <WatchFigure />
      <p>To first order, an update with learning rate η changes the entropy by</p>
      <Formula
        tex={String.raw`\Delta H \;\approx\; -\,\eta\;\operatorname{Cov}_{y\sim\pi}\bigl(\log\pi(y),\ \pi(y)\,A(y)\bigr)`}
      />
      <p>
        Raising what is probable already, or lowering what is improbable, makes the policy surer. Raising what is
        improbable keeps it open. That is why β₁, which works on bad tokens that are improbable by now, pulls entropy
        down, and β₂, which works on good ones that were improbable, holds it up.
      </p>
      <h3>The same name, another number</h3>
      <p>
        Two runs can show different clip fractions and clip the same tokens. What counts depends on the library and on
        the loss within it; verl’s, for some of its losses:
      </p>
      <table className="table lesson-table words">
        <thead>
          <tr>
            <th scope="col">metric</th>
            <th scope="col">loss</th>
            <th scope="col">what it counts</th>
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
      <p>
        TRL’s clip_ratio/low_mean and high_mean take the sign of A into account. The studio always shows the zones,
        which do, and the engine’s own number beside them.
      </p>
      <Aside title="Alarms.">
        The Train page says in words when entropy collapses, when negative gradients dominate, when sampler and trainer
        disagree, and when nothing or nearly everything is clipped.
      </Aside>
    </Lesson>
  );
}
