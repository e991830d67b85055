import type * as crypto from 'node:crypto';
import type * as fileSystem from 'node:fs';
import type * as fileCalls from 'node:fs/promises';
import { vi } from 'vitest';

// The system under the code, in every test of this folder: files in memory for actors, and no random names.
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
