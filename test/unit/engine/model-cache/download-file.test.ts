import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { downloadFile } from '../../../../src/engine/model-cache/download-file.ts';
import { isAppError } from '../../../../src/errors.ts';
import { createFastFiles } from '../../../support/fast-files.ts';
import { startModelHub } from '../../../support/model-hub.ts';

/** What may go wrong with one answer. */
const trouble = fc.oneof(
  fc.nat(2_000).map((holdAfter) => ({ holdAfter })),
  fc.constant({ status: 503 }),
  fc.constant({ noRanges: true as const }),
);

test('whatever breaks on the way and whenever it is stopped, the file is the last version that was served', async () => {
  await using hub = await startModelHub();
  const calls = fc.array(
    fc.record({
      content: fc.uint8Array({ maxLength: 2_000 }).map((bytes) => Buffer.from(bytes)),
      troubles: fc.array(trouble, { maxLength: 3 }),
      stopAfter: fc.nat(3_000),
    }),
    { minLength: 1, maxLength: 4 },
  );
  await fc.assert(
    fc.asyncProperty(calls, async (stopped) => {
      await using files = await createFastFiles();
      const path = join(files.directory, 'model.gguf');
      const download = async (signal: AbortSignal, onBytes: (bytes: number) => void) =>
        downloadFile(`${hub.url}/model.gguf`, path, {
          source: { model: 'model', host: 'hub', hub: false, token: false },
          access: [{}],
          signal,
          timing: { silenceMs: 20_000, firstPauseMs: 0 },
          onProgress: (bytes) => {
            onBytes(bytes);
            hub.cut();
          },
          onRetry: () => undefined,
        });
      for (const { content, troubles, stopAfter } of stopped) {
        hub.serve('/model.gguf', content);
        hub.trouble(...troubles);
        const controller = new AbortController();
        await download(controller.signal, (bytes) => {
          if (bytes >= stopAfter) controller.abort(new Error('enough'));
        }).catch((error: unknown) => {
          if (!controller.signal.aborted && !isAppError(error, 'MODEL_UNREACHABLE')) throw error;
        });
        hub.calm();
      }
      await download(new AbortController().signal, () => undefined);
      expect((await readFile(path)).equals(stopped.at(-1)?.content ?? Buffer.alloc(0))).toBe(true);
    }),
    { numRuns: 60 },
  );
}, 60_000);
