import { Aside } from '../Aside.tsx';
import { ZoneFigure } from '../figures/ZoneFigure.tsx';
import { Lesson } from '../Lesson.tsx';
import { Term } from '../Term.tsx';

const ROWS = [
  [
    'positive-high',
    'A > 0, above',
    'PA&LP',
    'A good token that was improbable and has grown. Rare moves that turn out right are found here: PPO stops learning from them just then.',
  ],
  [
    'negative-low',
    'A < 0, below',
    'NA&LP',
    'A bad token that has shrunk already. PPO lets it be; pushing on makes the policy surer, and entropy falls.',
  ],
  [
    'positive-low',
    'A > 0, below',
    'PA&HP',
    'A good token that other gradients have pushed down. Its gradient leads back: no rule here clips it.',
  ],
  [
    'negative-high',
    'A < 0, above',
    'NA&HP',
    'A bad token that has grown. Its weight is r, without a bound; dual clip gives it one.',
  ],
] as const;

export function ZonesLesson() {
  return (
    <Lesson id="zones">
      <p>
        Every token of a minibatch is either inside the band or in one of four <Term id="zone">zones</Term> outside it,
        by the sign of its advantage and the side on which its ratio left. Each means something else for learning.
      </p>
      <ZoneFigure />
      <table className="table lesson-table words">
        <thead>
          <tr>
            <th scope="col">zone</th>
            <th scope="col">where</th>
            <th scope="col">CE-GPPO’s name</th>
            <th scope="col">what it means</th>
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
      <p>
        CE-GPPO names the same view by the sign of the advantage (PA, NA) and whether the token’s probability is low or
        high (LP, HP).
      </p>
      <Aside title="Dual clip.">
        A bad token above the band keeps the weight r, however large. With <Term id="dual-clip">dual clip</Term> its
        weight is 0 beyond r = c; verl sets c = 3, Klear-Reasoner’s scripts 10. So GPPO’s “never zero” ends there too,
        in the authors’ code as well as here.
      </Aside>
    </Lesson>
  );
}
