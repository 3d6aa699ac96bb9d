import { Aside } from '../Aside.tsx';
import { ZoneFigure } from '../figures/ZoneFigure.tsx';
import { Lesson } from '../Lesson.tsx';
import { Term } from '../Term.tsx';

const ROWS = [
  [
    'positive-high',
    'A > 0, above',
    'PA&LP',
    'An improbable token with A > 0 that has become more likely. This is the exploration signal: PPO stops ' +
      'learning from it here.',
  ],
  [
    'negative-low',
    'A < 0, below',
    'NA&LP',
    'A token with A < 0 that is already less likely. PPO stops here; lowering it further reduces entropy.',
  ],
  [
    'positive-low',
    'A > 0, below',
    'PA&HP',
    'A token with A > 0 that other gradients have made less likely. Its gradient points back into the range: no ' +
      'strategy in this lesson clips it.',
  ],
  [
    'negative-high',
    'A < 0, above',
    'NA&HP',
    'A token with A < 0 that has become more likely. Its weight is r, without an upper bound unless dual clip is on.',
  ],
] as const;

export function ZonesLesson() {
  return (
    <Lesson id="zones">
      <p>
        Every token of a minibatch is either inside the clip range or in one of four <Term id="zone">zones</Term>{' '}
        outside it, by the sign of its advantage A and by whether its ratio r is above or below the range. Clipping has
        a different effect in each zone.
      </p>
      <ZoneFigure />
      <div className="table-box">
        <table className="table lesson-table words">
          <thead>
            <tr>
              <th scope="col">zone</th>
              <th scope="col">where</th>
              <th scope="col">CE-GPPO’s name</th>
              <th scope="col">meaning</th>
            </tr>
          </thead>
          <tbody>
            {ROWS.map(([zone, where, name, meaning]) => (
              <tr key={zone}>
                <th scope="row">
                  <i className="swatch" style={{ background: `var(--zone-${zone})` }} />
                  {zone}
                </th>
                <td>{where}</td>
                <td>{name}</td>
                <td>{meaning}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p>
        CE-GPPO names the same zones by the sign of the advantage (PA: positive, NA: negative) and by whether the
        token’s probability is low or high (LP, HP).
      </p>
      <Aside title="Dual clip.">
        A token with A&nbsp;&lt;&nbsp;0 above the clip range has weight r, without an upper bound. With{' '}
        <Term id="dual-clip">dual clip</Term> its weight is 0 where r &gt; c; verl sets c = 3, Klear-Reasoner’s scripts
        c = 10. GPPO’s “never zero” does not hold there, in the authors’ code as well as here.
      </Aside>
    </Lesson>
  );
}
