/** A browser of its own, which gives its pages a GPU however often its GPU process ends; others keep theirs. */
import type { LaunchOptions } from '@playwright/test';

export const LOST_GPUS = {
  launchOptions: async (
    { launchOptions }: { launchOptions: LaunchOptions },
    use: (options: LaunchOptions) => Promise<void>,
  ): Promise<void> =>
    use({
      ...launchOptions,
      args: [
        ...(launchOptions.args ?? []),
        '--disable-gpu-process-crash-limit',
        '--disable-domain-blocking-for-3d-apis',
      ],
    }),
};
