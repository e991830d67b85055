import type * as crypto from 'node:crypto';
import type * as fileSystem from 'node:fs';
import type * as fileCalls from 'node:fs/promises';
import type * as timers from 'node:timers/promises';
import { vi } from 'vitest';

// The system under the code, in every test of this folder: for actors files in memory, no random names, no time.
vi.mock('node:fs/promises', async (original) =>
  (await import('./simulated-files.ts')).simulateFiles(await original<typeof fileCalls>()),
);
vi.mock('node:fs', async (original) =>
  (await import('./simulated-files.ts')).simulateStreams(await original<typeof fileSystem>()),
);
vi.mock('node:crypto', async (original) => {
  const real = await original<typeof crypto>();
  const { numberedUuid } = await import('./simulated-files.ts');
  return { ...real, randomUUID: () => numberedUuid(() => real.randomUUID()) };
});
vi.mock('node:timers/promises', async (original) =>
  (await import('./simulated-files.ts')).simulateTimers(await original<typeof timers>()),
);
