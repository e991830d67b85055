import { describe, expect, test } from 'vitest';
import { AppError, systemCode } from '../../../src/errors.ts';
import { holdCommit, holdStart } from '../../../src/worker/hold-commit.ts';

function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}

/** Fails with each code in turn, then succeeds. */
function commitAfter(codes: readonly string[]) {
  const left = [...codes];
  return async (): Promise<string> => {
    const code = left.shift();
    if (code !== undefined) throw failure(code);
    return 'committed';
  };
}

describe('a commit', () => {
  test('is tried again while the disk is full, read-only, or files cannot be opened, and each failure is told [D1] [D8] [P19]', async () => {
    const codes = ['ENOSPC', 'EDQUOT', 'EROFS', 'EFBIG', 'EMFILE', 'ENFILE'];
    const tried = codes.map(async (code) => {
      const held: (string | undefined)[] = [];
      const { signal } = new AbortController();
      const onHeld = (error: unknown) => void held.push(systemCode(error));
      return { result: await holdCommit(commitAfter([code]), { signal, onHeld }), held };
    });
    expect(await Promise.all(tried)).toEqual(codes.map((code) => ({ result: 'committed', held: [code] })));
  });

  test('that fails of anything else is not tried again', async () => {
    const held: unknown[] = [];
    const committed = holdCommit(commitAfter(['EIO']), {
      signal: new AbortController().signal,
      onHeld: (error) => held.push(error),
    });
    await expect(committed).rejects.toMatchObject({ code: 'EIO' });
    expect(held).toEqual([]);
  });

  test('that is held up ends with the reason of its signal', async () => {
    const stop = new AbortController();
    const committed = holdCommit(commitAfter(['ENOSPC', 'ENOSPC']), {
      signal: stop.signal,
      onHeld: () => stop.abort(new Error('shutdown')),
    });
    await expect(committed).rejects.toThrow('shutdown');
  });
});

describe('a start', () => {
  const { signal } = new AbortController();
  const unusable = (code: string) => {
    let tries = 0;
    return async (): Promise<number> => {
      tries += 1;
      if (tries === 1) throw new AppError('OUTPUT_UNUSABLE', 'Cannot use it.', { cause: failure(code) });
      return tries;
    };
  };

  test('waits while the disk is full, which passes', async () => {
    const held: unknown[] = [];
    const onHeld = (error: unknown) => void held.push(error);
    expect(await holdStart(unusable('ENOSPC'), { signal, onHeld })).toBe(2);
    expect(held).toEqual([expect.objectContaining({ code: 'OUTPUT_UNUSABLE' })]);
  });

  test.each(['ECONNREFUSED', 'ETIMEDOUT', 'BUSY'])('waits while object storage is away (%s) [B6]', async (code) => {
    expect(await holdStart(unusable(code), { signal, onHeld: () => undefined })).toBe(2);
  });

  test('ends at once when it is told to, whatever it waits for', async () => {
    const stopping = new AbortController();
    const forEver = () => new Promise<never>(() => undefined);
    const started = holdStart(forEver, { signal: stopping.signal, onHeld: () => undefined });
    stopping.abort(new Error('told to stop'));
    await expect(started).rejects.toThrow('told to stop');
  });

  test.each(['EROFS', 'EACCES', 'ENOTSUP', 'ENOTFOUND', 'NoSuchBucket'])(
    'fails of %s at once, which somebody has to mend',
    async (code) => {
      const started = holdStart(unusable(code), { signal, onHeld: () => undefined });
      await expect(started).rejects.toMatchObject({ code: 'OUTPUT_UNUSABLE' });
    },
  );
});
