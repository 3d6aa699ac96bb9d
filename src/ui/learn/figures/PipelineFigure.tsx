import { Fragment } from 'react';

const STAGES = [
  {
    title: '1 · SFT',
    idea: 'imitate',
    rows: [
      ['Start', 'Qwen3-8B-Base', 'random weights, 0.1M parameters'],
      ['Data', '1.5M long solutions by one strong teacher', 'sums with answers, generated during training'],
      ['Data quality', 'a few good sources', 'wrong_fraction 0.55, to leave room for RL to improve'],
    ],
  },
  {
    title: '2 · RL',
    idea: 'explore',
    rows: [
      ['Rollout', '128 prompts × 8 responses', '64 × 8'],
      ['Groups of equal reward', 'filtered', 'filtered'],
      ['Updates per rollout', '8 (math), 4 (code)', '4'],
      ['Strategy', 'GPPO, ε 0.2 / 0.28, dual clip 10', 'the same'],
      ['Positive LM loss', 'α = 0.1', 'positive_lm 0.1'],
      ['Learning rate', '1e-6 (math), 5e-7 (code)', '3e-4'],
    ],
  },
];

/** The two stages, the paper's settings next to those of the lesson's recipe. */
export function PipelineFigure() {
  return (
    <figure className="lesson-figure" data-testid="figure-pipeline">
      <div className="table-box">
        <table className="table lesson-table words pipeline">
          <thead>
            <tr>
              <td />
              <th scope="col">Klear-Reasoner-8B</th>
              <th scope="col">this lesson’s recipe</th>
            </tr>
          </thead>
          <tbody>
            {STAGES.map(({ title, idea, rows }) => (
              <Fragment key={title}>
                <tr className="stage">
                  <th scope="rowgroup" colSpan={3}>
                    {title} <span className="aside">{idea}</span>
                  </th>
                </tr>
                {rows.map(([what, paper, here]) => (
                  <tr key={what}>
                    <th scope="row">{what}</th>
                    <td>{paper}</td>
                    <td>{here}</td>
                  </tr>
                ))}
              </Fragment>
            ))}
          </tbody>
        </table>
      </div>
      <figcaption>Left: the authors’ paper and scripts. Right: the recipe that “Try it” sets.</figcaption>
    </figure>
  );
}
