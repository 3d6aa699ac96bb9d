import type { ErrorView } from '../views/result.ts';
import { detectBrowser, webGpuAdvice } from './browser-advice.ts';

/** Shown instead of the studio if WebGPU is missing: what is missing, and what to do in this browser. */
export function NoWebGpu({ error }: { error: ErrorView }) {
  const browser = detectBrowser(navigator.userAgent);
  const steps = webGpuAdvice(browser, isSecureContext);
  return (
    <main className="message-page" data-testid="no-webgpu">
      <h1 className="logo">
        GPPO <b>Studio</b>
      </h1>
      <h2>This page needs WebGPU</h2>
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
      <p>
        <a href="#/learn">The lessons</a> work without WebGPU.
      </p>
    </main>
  );
}
