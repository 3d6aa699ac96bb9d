import type { ErrorView } from '../worker/protocol.ts';
import { detectBrowser, webGpuAdvice } from './browser-advice.ts';

/** Shown instead of the studio where there is no WebGPU: what is missing, and what to do in this very browser. */
export function NoWebGpu({ error }: { error: ErrorView }) {
  const browser = detectBrowser(navigator.userAgent);
  const steps = webGpuAdvice(browser, isSecureContext);
  return (
    <main className="message-page" data-testid="no-webgpu">
      <h1 className="logo">
        GPPO <b>Studio</b>
      </h1>
      <h2>This page needs WebGPU</h2>
      <p>The studio trains a language model on your graphics card, and WebGPU is the way to it. {error.message}</p>
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
        <a href="#/learn">The lessons</a> need no graphics card: their figures are computed without it.
      </p>
    </main>
  );
}
