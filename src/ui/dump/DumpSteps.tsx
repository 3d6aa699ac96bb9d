import { useDump } from '../../store/dump-store.ts';
import { formatMetric, metricOf } from '../../run/metrics/lookup.ts';
import type { DumpStepFacts } from '../../views/dump.ts';
import { compact } from '../format.ts';
import { Term } from '../learn/Term.tsx';

const shown = (value: number, text: (value: number) => string) => (Number.isFinite(value) ? text(value) : '–');

/** The steps of the dump, one of which is chosen. */
export function DumpSteps({ steps }: { steps: readonly DumpStepFacts[] }) {
  const { step: chosen, setStep } = useDump();
  return (
    <section className="card" aria-label="Steps">
      <h3 className="card-title">Steps</h3>
      <div className="table-box dump-steps" tabIndex={0} role="region" aria-label="Steps of the dump">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">step</th>
              <th scope="col">responses</th>
              <th scope="col">tokens</th>
              <th scope="col">updates</th>
              <th scope="col">reward</th>
              <th scope="col">{metricOf('actor/ppo_kl').title}</th>
              <th scope="col">
                mean |log <Term id="ratio">r</Term>|
              </th>
              <th scope="col">max |log r|</th>
              <th scope="col">entropy</th>
              <th scope="col">sampler mismatch</th>
            </tr>
          </thead>
          <tbody>
            {steps.map((one) => (
              <tr key={one.step} data-chosen={one.step === chosen}>
                <th scope="row">
                  <button
                    type="button"
                    className="dump-step"
                    aria-pressed={one.step === chosen}
                    data-testid={`dump-step-${one.step}`}
                    onClick={() => void setStep(one.step)}
                  >
                    {one.step}
                  </button>
                </th>
                <td>{one.responses.toLocaleString('en')}</td>
                <td>{one.tokens.toLocaleString('en')}</td>
                <td>{one.minibatches}</td>
                <td>{shown(one.reward, compact)}</td>
                <td>{formatMetric('actor/ppo_kl', one.kl)}</td>
                <td>{compact(one.meanShift)}</td>
                <td>{compact(one.maxShift)}</td>
                <td>{shown(one.entropy, compact)}</td>
                <td>{shown(one.mismatch, compact)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
