import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { printFacts, toTable } from '../../../src/cli/output.ts';
import { reportError } from '../../../src/cli/report-error.ts';
import { AppError } from '../../../src/errors.ts';

/** What is written to a stream meanwhile. */
async function written(stream: NodeJS.WriteStream, work: () => unknown): Promise<string> {
  const chunks: string[] = [];
  const spy = vi.spyOn(stream, 'write').mockImplementation((chunk: Uint8Array | string) => {
    chunks.push(String(chunk));
    return true;
  });
  try {
    await work();
  } finally {
    spy.mockRestore();
  }
  return chunks.join('');
}

describe('a table', () => {
  test('has its columns below each other and no spaces at line ends', () => {
    expect(
      toTable([
        ['RUN', 'STATE'],
        ['demo-ticket', 'open'],
        ['x', ''],
      ]),
    ).toEqual(['RUN          STATE', 'demo-ticket  open', 'x']);
    expect(toTable([])).toEqual([]);
  });

  test('has one line for each row', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.string(), fc.string())), (rows) => {
        expect(toTable(rows)).toHaveLength(rows.length);
      }),
    );
  });
});

describe('facts', () => {
  test('are one line of JSON where that was asked for, else lines for people', async () => {
    expect(await written(process.stdout, () => printFacts(true, { a: 1 }, ['a is 1']))).toBe('{"a":1}\n');
    expect(await written(process.stdout, () => printFacts(undefined, { a: 1 }, ['a', 'is 1']))).toBe('a\nis 1\n');
  });
});

describe('an error on the terminal', () => {
  const report = async (error: unknown, debug: boolean) => {
    let code = 0;
    const text = await written(process.stderr, () => {
      code = reportError(error, debug);
    });
    return { code, text };
  };

  test('is its sentence, with its exit code', async () => {
    expect(await report(new AppError('NO_INPUT', 'There is no run `x`.'), false)).toEqual({
      code: 66,
      text: 'docmill: There is no run `x`.\n',
    });
  });

  test('that nobody expected is called a bug and exits 1', async () => {
    const { code, text } = await report(new TypeError('x is undefined'), false);
    expect(code).toBe(1);
    expect(text).toBe('docmill: Unexpected error: x is undefined (a bug of docmill; `--debug` shows where).\n');
  });

  test('holds neither passwords nor escape sequences, not even in the stacks of its causes [S8]', async () => {
    const cause = new Error('redis://:secret@host \x1b[2J');
    const error = new AppError('QUEUE_UNREACHABLE', 'No queue at `redis://:secret@host`\x1b[2J.', { cause });
    for (const debug of [false, true]) {
      const { code, text } = await report(error, debug);
      expect(code).toBe(69);
      expect(text).not.toContain('secret');
      expect(text).not.toContain('\x1b');
    }
    expect((await report(error, true)).text).toContain('redis://***@host');
  });
});
