import { describe, expect, test } from 'vitest';
import { systemCode } from '../../../src/errors.ts';
import { holdCommit } from '../../../src/worker/hold-commit.ts';

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
