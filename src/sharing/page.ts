/**
 * A report as one HTML file: no script, font or picture from elsewhere, and a policy that allows none. The only script
 * is the studio's, named by its checksum; without it the tables beside the charts have all values.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { markup, trusted, type Html } from './html.ts';
import { REPORT_SCRIPT } from './report-script.ts';
import { REPORT_STYLE } from './report-style.ts';

/** An inline text as a source in a Content-Security-Policy. */
const sourceOf = (text: string): string =>
  `'sha256-${btoa(String.fromCharCode(...sha256(new TextEncoder().encode(text))))}'`;

/** The whole file. @param body sections in their order */
export function page(title: string, body: readonly Html[]): string {
  const policy =
    `default-src 'none'; style-src ${sourceOf(REPORT_STYLE)}; script-src ${sourceOf(REPORT_SCRIPT)}; ` +
    "base-uri 'none'; form-action 'none'";
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${trusted(REPORT_STYLE)}</style>
</head>
<body>
<main>
${body}
</main>
<script>${trusted(REPORT_SCRIPT)}</script>
</body>
</html>
`.text;
}
