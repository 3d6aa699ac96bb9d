import { compareCommand } from '../../../claims/claim.ts';
import { CLAIM_MEASURES } from '../../../claims/measures.ts';
import { FEWEST_CLAIM_SEEDS, type ClaimVerdict } from '../../../claims/outcome.ts';
import { becauseText, measureNumber, meanText, verdictText } from '../../../claims/text.ts';
import { useCompare } from '../../../store/compare-store.ts';
import { OpenInCompare } from '../OpenInCompare.tsx';
import { claimSweep, type ClaimCard as Card } from './claim-data.ts';
import { ClaimEvidence } from './ClaimEvidence.tsx';
import { IntervalPlot } from './IntervalPlot.tsx';
import { WithCode } from './WithCode.tsx';

const TONES: Record<ClaimVerdict, string> = {
  reproduced: 'good',
  'not reproduced': 'bad',
  'unclear at this scale': 'dim',
};

/** One claim: the paper's figures beside ours, the intervals that decide, and its sweep to run. */
export function ClaimCard({ claim, result }: Card) {
  const { number, title, statement, paper, here } = claim;
  const { outcome } = result;
  const id = `claim-${number}`;
  return (
    <section className="lesson-figure claim" data-testid={id} aria-labelledby={id}>
      <header>
        <h3 id={id}>
          {number}. {title}
        </h3>
        <span className={`claim-verdict ${outcome ? TONES[outcome.verdict] : 'dim'}`}>{verdictText(result)}</span>
      </header>
      <p>{statement}</p>
      <div className="claim-figures">
        <div>
          <h4>In the paper</h4>
          <div className="table-box">
            <table className="table">
              <thead>
                <tr>
                  <th scope="col">arm</th>
                  {paper.columns.map((column) => (
                    <th scope="col" key={column}>
                      {column}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {paper.rows.map(({ label, values }) => (
                  <tr key={label}>
                    <th scope="row">{label}</th>
                    {values.map((value, i) => (
                      <td key={paper.columns[i]}>{value}</td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <p className="hint">
            <a href={paper.cited.source.url} target="_blank" rel="noreferrer">
              {paper.cited.source.title}
            </a>
            , {paper.cited.place}. {paper.note}
          </p>
        </div>
        <div>
          <h4>Here</h4>
          {outcome ? (
            <ArmTable outcome={outcome} />
          ) : (
            <p>No verdict: it needs at least {FEWEST_CLAIM_SEEDS} seeds that all arms have run.</p>
          )}
          <p className="hint">
            <WithCode text={here} />
          </p>
        </div>
      </div>
      {outcome && (
        <>
          <IntervalPlot outcome={outcome} />
          <p>{becauseText(outcome)}</p>
        </>
      )}
      <ClaimEvidence claim={claim} result={result} />
      <OpenInCompare
        mode="sweep"
        label="Open the sweep in Compare"
        name={`Open the sweep of claim ${number} in Compare`}
        testId="open-claim"
        prepare={() => useCompare.getState().set({ given: claimSweep(claim) })}
      />
      <p className="hint">
        On the command line: <code>{compareCommand(claim)}</code>
      </p>
    </section>
  );
}

function ArmTable({ outcome }: { outcome: NonNullable<Card['result']['outcome']> }) {
  const measures = outcome.arms[0]?.measures ?? [];
  return (
    <div className="table-box">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">arm</th>
            {measures.map(({ measure }) => (
              <th scope="col" key={measure}>
                {CLAIM_MEASURES[measure].title}, {CLAIM_MEASURES[measure].unit}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {outcome.arms.map((arm) => (
            <tr key={arm.label}>
              <th scope="row">{arm.label}</th>
              {arm.measures.map(({ measure, interval, values }) => (
                <td key={measure} title={`by seed: ${values.map((one) => measureNumber(measure, one)).join(', ')}`}>
                  {meanText(measure, interval)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
