import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runNameSchema } from '../../../schemas/ids.ts';
import { openScreen } from '../../../src/cli/screen.ts';
import { toScreen } from '../../../src/cli/status-screen.ts';
import type { RunStatus } from '../../../src/monitor/read-run-status.ts';

const aWorker = (number: number): RunStatus['workers'][number] => ({
  worker: `mill-${number}-4711-3f2a9c1b`,
  shard: number === 3 ? null : `night/1-41${number}`,
  documents: 1234 * number,
  rssBytes: 1.4e9,
  ageMs: number * 1000,
  rate: number === 2 ? null : 1.25,
});

const status: RunStatus = {
  run: runNameSchema.parse('night'),
  state: 'open',
  reason: null,
  round: 1,
  shards: { done: 412, total: 600 },
  documents: { done: 16_480, total: 24_000 },
  outcomes: { ok: 15_965, failed: { TOO_LONG: 78, ENCRYPTED: 170 }, skipped: { NO_TEXT_LAYER: 267 } },
  rate: 12.34,
  etaSeconds: 609,
  etaError: 0.093,
  uncounted: 0,
  running: 3,
  waiting: 185,
  workers: [1, 2, 3, 4].map(aWorker),
  refusals: [],
  troubles: ['a part cannot be written (ENOSPC), make room under `out`'],
};
const queue = { counts: { waiting: 185, active: 3, delayed: 0, failed: 0 } };

describe('the screen of a run', () => {
  test('says on 80 columns how far it is, for how long still, what failed and who works', () => {
    expect(toScreen(status, queue, { columns: 80, rows: 24 })).toEqual([
      'night: open',
      `${'█'.repeat(41)}${'░'.repeat(19)}`,
      'documents  16,480/24,000 documents (68 %)',
      'pace       12.3 docs/s, 10 min 9 s to go (± 9 %)',
      'shards     412 done, 3 running, 185 waiting',
      'queue      185 waiting, 3 active, 0 delayed',
      'ok         15,965',
      'failed     248: ENCRYPTED 170, TOO_LONG 78',
      'skipped    267: NO_TEXT_LAYER 267',
      'trouble    a part cannot be written (ENOSPC), make room under `out`',
      '',
      'WORKER                SHARD  RATE        DOCUMENTS  MEMORY  HEARD',
      'mill-4-4711-3f2a9c1b  1-414  1.3 docs/s  4,936      1.4 GB  4 s',
      'mill-3-4711-3f2a9c1b  idle   1.3 docs/s  3,702      1.4 GB  3 s',
      'mill-2-4711-3f2a9c1b  1-412  - docs/s    2,468      1.4 GB  2 s',
      'mill-1-4711-3f2a9c1b  1-411  1.3 docs/s  1,234      1.4 GB  1 s',
      '',
      'Ctrl-C leaves; the run goes on without it.',
    ]);
  });

  test('says how many workers it has no room for', () => {
    const workers = Array.from({ length: 40 }, (_, index) => aWorker(index + 4));
    const lines = toScreen({ ...status, workers }, queue, { columns: 80, rows: 24 });
    expect(lines.length).toBe(24);
    const shown = lines.filter((line) => line.startsWith('mill-')).length;
    expect(lines).toContain(`and ${40 - shown} more workers`);
    expect(lines.at(-1)).toContain('Ctrl-C');
  });

  test('calls a time a guess while too few parts have come, and says none at the end', () => {
    const pace = (changes: Partial<RunStatus>) =>
      toScreen({ ...status, ...changes }, null, { columns: 80, rows: 24 }).find((line) => line.startsWith('pace'));
    expect(pace({ etaError: 1 })).toBe('pace       12.3 docs/s, 10 min 9 s to go (a guess)');
    expect(pace({ documents: { done: 24_000, total: 24_000 }, etaSeconds: 0 })).toBe('pace       12.3 docs/s');
  });

  test('says when the queue does not answer, and nothing where none is named', () => {
    const text = (watched: Parameters<typeof toScreen>[1]) =>
      toScreen(status, watched, { columns: 80, rows: 24 }).join();
    expect(text({ counts: null })).toContain('queue      does not answer');
    expect(text(null)).not.toContain('queue');
  });

  test('fits every screen, whatever workers say about themselves', () => {
    const size = fc.record({ columns: fc.integer({ min: 1, max: 200 }), rows: fc.integer({ min: 1, max: 60 }) });
    const words = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(size, words, words, fc.nat(50), (screen, worker, trouble, count) => {
        const workers = Array.from({ length: count }, () => ({ ...aWorker(1), worker, shard: `night/${trouble}` }));
        const lines = toScreen({ ...status, workers, troubles: [trouble] }, queue, screen);
        expect(lines.length).toBeLessThanOrEqual(screen.rows);
        for (const line of lines) {
          expect(Array.from(line).length).toBeLessThanOrEqual(screen.columns);
          expect(line).not.toMatch(/\p{Cc}/u);
        }
      }),
    );
  });
});

describe('a terminal', () => {
  test('that does not know its size has 80 columns and 24 rows', () => {
    using screen = openScreen({ columns: 0, rows: 0, write: () => true });
    expect(screen.size()).toEqual({ columns: 80, rows: 24 });
  });

  test('is given back as it was, once, however the screen ends', () => {
    const written: string[] = [];
    const terminal = { columns: 20, rows: 3, write: (text: string | Uint8Array) => written.push(String(text)) > 0 };
    const before = process.listenerCount('exit');
    const screen = openScreen(terminal);
    screen.show(['one', 'two', 'three', 'four']);
    screen[Symbol.dispose]();
    screen[Symbol.dispose]();
    expect(process.listenerCount('exit')).toBe(before);
    expect(written).toEqual([
      '\u001B[?1049h\u001B[?25l\u001B[?7l',
      '\u001B[Hone\u001B[K\r\ntwo\u001B[K\r\nthree\u001B[K',
      '\u001B[?7h\u001B[?25h\u001B[?1049l',
    ]);
  });
});
