/**
 * A long run on the built page: JavaScript heap of the page and of its worker after a garbage collection, live GPU
 * buffers, and resident memory of Chromium's GPU process, once per minute; and whether the medians of every ten minutes
 * stay within 5 % of those of the first. 7,000 steps of the tiny recipe take 20 minutes to two hours on two cores:
 *
 *     npx vite build && npx tsx bench/soak.ts [minutes, 120 by default] [steps, 7000 by default]
 *
 * GPU bytes are counted at `createBuffer` and `destroy` in the worker, through which `Gpu` (src/gpu/device.ts)
 * allocates. No rollouts are kept: they fill a bound of their own (docs/rollouts.md).
 */
import { readFileSync } from 'node:fs';
import type { CDPSession, Worker } from '@playwright/test';
import { KEPT_RECIPE } from '../src/store/kept-recipe.ts';
import { builtPage, heapAfterCollection } from './built-page.ts';
import { sampleFrames } from './frame-times.ts';
import { median } from './median.ts';
import { trainEnabled } from './train-button.ts';

/** Minutes that are compared with the first ones, and the share by which they may exceed them. */
const WINDOW = 10;
const TOLERANCE = 0.05;
const SETTLED_STEPS = 20;

interface Sample {
  minute: number;
  step: number;
  /** Bytes. */
  page: number;
  worker: number;
  gpuBuffers: number;
  /** NaN where the system does not tell it. */
  gpuProcess: number;
}
const MEASURES = ['page', 'worker', 'gpuBuffers', 'gpuProcess'] as const;

const minutes = Number(process.argv[2] ?? 120);
const steps = Number(process.argv[3] ?? 7000);
const studio = await builtPage(process.env.SOAK_DIST);
const { browser, context, page, address } = studio;

/** In the worker: counts bytes of GPU buffers from before the first one is created. */
const COUNT_BUFFERS = `
  globalThis.liveBytes = 0;
  const live = new WeakSet();
  const create = GPUDevice.prototype.createBuffer;
  GPUDevice.prototype.createBuffer = function (descriptor) {
    const buffer = create.call(this, descriptor);
    live.add(buffer);
    globalThis.liveBytes += buffer.size;
    return buffer;
  };
  const destroy = GPUBuffer.prototype.destroy;
  GPUBuffer.prototype.destroy = function () {
    if (live.delete(this)) globalThis.liveBytes -= this.size;
    return destroy.call(this);
  };
`;
const workers: Worker[] = [];
page.on('worker', (worker) => {
  workers.push(worker);
  void worker.evaluate(COUNT_BUFFERS);
});

const config = {
  ...(JSON.parse(readFileSync('configs/gppo-four-updates.json', 'utf8')) as Record<string, unknown>),
  name: 'soak',
};
Object.assign(config, {
  rl: { ...(config as unknown as { rl: object }).rl, steps, prompts: 4, responses: 4, minibatches: 2 },
  evaluation: { every: 100, problems: 16 },
});
await page.addInitScript(
  ([key, kept]) => {
    localStorage.setItem(key, kept);
    localStorage.setItem('gppo-studio-rollouts', '{"state":{"bytes":0},"version":0}');
  },
  [KEPT_RECIPE, JSON.stringify({ config })] as const,
);
await page.goto(address);
await trainEnabled(page);
await page.getByTestId('run-button').click();
const stepNow = async () => Number((await page.getByTestId('step-value').textContent()) ?? 0);
await page.waitForFunction(
  (least) => Number(document.querySelector('[data-testid=step-value]')?.textContent ?? 0) >= least,
  SETTLED_STEPS,
  { timeout: 600_000 },
);

const ofPage = await context.newCDPSession(page);
const ofBrowser = await browser.newBrowserCDPSession();
const training = await trainingWorker();

/** A session of the worker: messages to it go through the page's. */
async function trainingWorker(): Promise<{ send: (method: string) => Promise<Record<string, number>> }> {
  const sessions: string[] = [];
  ofPage.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
    if (targetInfo.type === 'worker') sessions.push(sessionId);
  });
  await ofPage.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  const [sessionId] = sessions;
  if (sessionId === undefined) throw new Error('the page has no worker');
  return { send: (method) => sendTo(ofPage, sessionId, method) };
}

let message = 0;
function sendTo(through: CDPSession, sessionId: string, method: string): Promise<Record<string, number>> {
  const id = ++message;
  return new Promise((resolve, reject) => {
    const receive = (event: { sessionId: string; message: string }) => {
      const answer = JSON.parse(event.message) as { id?: number; result?: Record<string, number>; error?: object };
      if (event.sessionId !== sessionId || answer.id !== id) return;
      through.off('Target.receivedMessageFromTarget', receive);
      if (answer.result) resolve(answer.result);
      else reject(new Error(JSON.stringify(answer.error)));
    };
    through.on('Target.receivedMessageFromTarget', receive);
    through.send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id, method }) }).catch(reject);
  });
}

/** Resident bytes of Chromium's GPU process, in which SwiftShader's buffers are. */
async function residentOfGpuProcess(): Promise<number> {
  const { processInfo } = await ofBrowser.send('SystemInfo.getProcessInfo');
  const pid = processInfo.find(({ type }) => type === 'GPU')?.id;
  try {
    return 1024 * Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? NaN);
  } catch {
    return NaN;
  }
}

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(2).padStart(8);
const samples: Sample[] = [];
const begun = performance.now();
console.log(`${steps} steps, ${minutes} minutes, Chromium ${browser.version()}`);
console.log('minute   step   page MB worker MB   GPU MB  process MB  frames: median, 95 %, ms');
for (let minute = 0; minute <= minutes; minute++) {
  await page.waitForTimeout(Math.max(0, begun + minute * 60_000 - performance.now()));
  const frames = await sampleFrames(page, 3000);
  const sample: Sample = {
    minute,
    step: await stepNow(),
    page: await heapAfterCollection((method) => ofPage.send(method as 'Runtime.getHeapUsage')),
    worker: await heapAfterCollection(training.send),
    gpuBuffers: await (workers[0] as Worker).evaluate<number>('globalThis.liveBytes'),
    gpuProcess: await residentOfGpuProcess(),
  };
  samples.push(sample);
  console.log(
    `${String(minute).padStart(6)} ${String(sample.step).padStart(6)} ` +
      MEASURES.map((name) => megabytes(sample[name])).join('  ') +
      `  ${frames.median.toFixed(0).padStart(6)} ${frames.p95.toFixed(0).padStart(6)}`,
  );
  const state = await page.getByTestId('state').textContent();
  if (state !== 'running') {
    console.log(`the run is ${state}`);
    break;
  }
}
/** Medians of ten minutes each: single samples are taken in the middle of a frame. */
const windows = Array.from({ length: Math.ceil(samples.length / WINDOW) }, (_, i) =>
  samples.slice(i * WINDOW, (i + 1) * WINDOW),
).filter((window, i) => i === 0 || window.length >= WINDOW / 2);
let failed = false;
for (const name of MEASURES) {
  const medians = windows.map((window) => median(window.map((sample) => sample[name])));
  const grown = Math.max(...medians.slice(1)) / (medians[0] ?? NaN) - 1;
  failed ||= grown > TOLERANCE;
  const share = Number.isFinite(grown) ? `${(100 * grown).toFixed(1)} % at most` : 'too short to compare';
  console.log(
    `${name}, medians of ${WINDOW} minutes: ${medians.map((one) => megabytes(one).trim()).join(', ')} MB; ${share}`,
  );
}
if (windows.length > 1) console.log(failed ? 'FAILED: memory grew by more than 5 %' : 'memory stays within 5 %');
await studio.close();
process.exit(failed ? 1 : 0);
