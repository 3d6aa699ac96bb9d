import { serveBuiltPage, type BuiltPage, type ServeOptions } from '../tests/support/built-page.ts';

/** Serves the built page apart from the other tests' server. @param offset of its port, another for every test */
export function ownPort(offset: number): { origin: string; serve: (options?: ServeOptions) => Promise<BuiltPage> } {
  const port = Number(process.env['E2E_PORT'] ?? 41_735) + offset;
  return {
    origin: `http://localhost:${port}`,
    serve: (options = {}) => serveBuiltPage({ ...options, port }),
  };
}
