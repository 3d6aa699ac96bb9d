import { defineConfig } from '@playwright/test';
import { findChromium } from './scripts/gpu-runtime.mjs';

const PORT = Number(process.env.E2E_PORT ?? 41_735);
const executablePath = await findChromium();

/**
 * Browser tests run on the built page in full Chromium (not the headless shell, which has no WebGPU), on the software
 * adapter.
 */
export default defineConfig({
  testDir: 'e2e',
  timeout: 300_000,
  expect: { timeout: 120_000 },
  // A page's first step compiles its kernels one after the other: two pages use two cores.
  workers: 2,
  // Tests, not files, are handed out, so that both cores have work until the end.
  fullyParallel: true,
  retries: 0,
  forbidOnly: true,
  use: {
    baseURL: `http://localhost:${PORT}`,
    headless: true,
    // Its copy of the page would answer before a test's own routes; offline.spec.ts turns it on.
    serviceWorkers: 'block',
    viewport: { width: 1440, height: 900 },
    launchOptions: {
      ...(executablePath && { executablePath }),
      args: [
        '--headless=new',
        '--no-sandbox',
        '--enable-unsafe-webgpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  webServer: { command: `npx vite preview --port ${PORT} --strictPort`, port: PORT, reuseExistingServer: false },
});
