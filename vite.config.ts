import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { offline } from './scripts/offline-plugin.ts';
import { woff2Only } from './scripts/woff2-plugin.ts';
import { zodForThePage } from './scripts/zod-plugin.ts';

/** Another hub than Hugging Face's, for example a mirror; the worker reads the same variable. */
const HUB = process.env['VITE_HUB_ADDRESS'] ?? 'https://huggingface.co';
/** The hub hands large files out from storage hosts of its own, which a redirect leads to. */
const HUB_STORAGE = HUB === 'https://huggingface.co' ? ' https://*.huggingface.co https://*.hf.co' : '';

/**
 * The page talks to its own origin, and to the hub when a person asks for a model there; Mantine writes style elements,
 * hence 'unsafe-inline' for styles. Rewards in JavaScript run in an interpreter compiled to WebAssembly, hence
 * 'wasm-unsafe-eval' for scripts.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  `connect-src 'self' ${HUB}${HUB_STORAGE}`,
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

export default defineConfig({
  // Relative addresses: the built folder works at any path of a host.
  base: './',
  plugins: [
    react(),
    woff2Only(),
    zodForThePage(),
    offline(),
    {
      // As a meta element too, so that any static host serves it; frame-ancestors works only as a header. The
      // development server's own scripts are inline, so the policy is that of the built page.
      name: 'content-security-policy',
      apply: 'build',
      transformIndexHtml: () => [
        {
          tag: 'meta',
          attrs: { 'http-equiv': 'Content-Security-Policy', content: CONTENT_SECURITY_POLICY },
          injectTo: 'head-prepend',
        },
      ],
    },
  ],
  // The development server would move its script away from its .wasm file.
  optimizeDeps: { exclude: ['@jitl/quickjs-wasmfile-release-sync'] },
  worker: { format: 'es', plugins: () => [zodForThePage()] },
  // Fonts stay files: the policy allows none in data addresses.
  build: {
    target: 'esnext',
    chunkSizeWarningLimit: 1600,
    assetsInlineLimit: (file) => (/\.woff2$/.test(file) ? false : undefined),
    rollupOptions: {
      checks: { pluginTimings: false },
      output: {
        // The libraries of the first screen in one file, which stays in caches when only the studio changes; its own
        // modules in another: split by what dialogs share with it, dozens of small files would compress worse.
        codeSplitting: {
          groups: [
            { name: 'libraries', test: /node_modules/, tags: ['$initial'] },
            { name: 'studio', test: /[\\/]src[\\/]/, tags: ['$initial'] },
          ],
        },
      },
    },
  },
  preview: {
    host: 'localhost',
    headers: {
      'Content-Security-Policy': `${CONTENT_SECURITY_POLICY}; frame-ancestors 'none'`,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
    },
  },
});
