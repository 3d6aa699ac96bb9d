import { usePage } from '../store/page-store.ts';
import type { ErrorView } from '../views/result.ts';
import { detectBrowser } from '../views/browser.ts';
import { webGpuAdvice } from './browser-advice.ts';
import './no-webgpu.css';
import { OnDemand } from './OnDemand.tsx';
import { RECORDING_LIST } from './replay/replay-parts.ts';

/** Shown instead of a page that needs a GPU: what is missing, what to do in this browser, and what works without. */
export function NoWebGpu({ error }: { error: ErrorView }) {
  const train = usePage(({ place }) => place === 'train');
  return (
    <main className="message-page" data-testid="no-webgpu" tabIndex={0} aria-label="WebGPU">
      <div className="message">
        <h2>This page needs WebGPU</h2>
        {train && <OnDemand part={RECORDING_LIST} props={{}} />}
        <Advice error={error} />
        <h3>Without WebGPU</h3>
        <ul>
          {!train && (
            <li>
              <a href="#/train">Train</a>: recorded runs, played as if they trained here.
            </li>
          )}
          <li>
            <a href="#/learn">Learn</a>: the lessons with their interactive figures, the papers’ claims, the glossary.
          </li>
          <li>
            <a href="#/runs">Runs</a>: stored and imported runs with their curves and reports.
          </li>
          <li>
            <a href="#/rollouts">Rollouts</a>: the stored responses of these runs.
          </li>
        </ul>
      </div>
    </main>
  );
}

/** The same above a recording, which plays without a GPU. */
export function MissingGpuNote({ error }: { error: ErrorView }) {
  return (
    <section className="note warning missing-gpu" data-testid="no-webgpu-note" aria-label="WebGPU">
      <h2>Training needs WebGPU, which is not available here. This is a recorded run.</h2>
      <details>
        <summary>What to do</summary>
        <Advice error={error} />
      </details>
      <OnDemand part={RECORDING_LIST} props={{}} />
    </section>
  );
}

function Advice({ error }: { error: ErrorView }) {
  const browser = detectBrowser(navigator.userAgent);
  const steps = webGpuAdvice(browser, { secure: isSecureContext, api: 'gpu' in navigator });
  return (
    <>
      <p>GPPO Studio trains language models on the GPU through WebGPU. {error.message}</p>
      <p>
        You are using{' '}
        <b>
          {browser.name} {browser.version}
        </b>
        {browser.system && ` on ${browser.system}`}. What to do:
      </p>
      <ol>
        {steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <p>Then reload this page.</p>
    </>
  );
}
