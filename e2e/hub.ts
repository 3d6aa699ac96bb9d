/**
 * A local server under the hub's host names, so that the page uses its real addresses and content security policy. Each
 * spec file has a port of its own, because files run at the same time.
 */
import { generate } from 'selfsigned';
import type { LaunchOptions } from '@playwright/test';
import { HubServer, type HubRepository } from '../tests/support/hub-server.ts';

const HUB = 'huggingface.co';
/** Files are redirected to it. */
const STORAGE = 'cas-bridge.xethub.hf.co';

/** For `test.use`: the browser finds the server under the hub's names. */
export const hubAt = (port: number) => ({
  origins: [`https://${HUB}`, `https://${STORAGE}`],
  launchOptions: async (
    { launchOptions }: { launchOptions: LaunchOptions },
    use: (options: LaunchOptions) => Promise<void>,
  ) => {
    const hosts = [HUB, STORAGE].map((host) => `MAP ${host}:443 127.0.0.1:${port}`).join(', ');
    await use({
      ...launchOptions,
      args: [...(launchOptions.args ?? []), `--host-resolver-rules=${hosts}`, '--ignore-certificate-errors'],
    });
  },
});

export async function startHub(port: number, repositories: Record<string, HubRepository>): Promise<HubServer> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: HUB }]);
  return HubServer.start(repositories, { port, storage: `https://${STORAGE}`, tls: { key, cert } });
}
