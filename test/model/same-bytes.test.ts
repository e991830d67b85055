import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { waitUntil } from '../support/wait-until.ts';
import { createWorkplace, ledgerOf } from '../support/workplace.ts';

const MODEL = join(import.meta.dirname, '..', '..', 'models', 'demo.gguf');

/** More documents than two shards take, of unequal lengths. */
const DOCUMENTS = 260;

test.each([
  ['fields', ['--schema', 'reference, total number']],
  ['labels', ['--task', 'ticket']],
])(
  'one, two and four workers give the same bytes of %s, whoever answers which shard, also after a kill in the middle [M16]',
  { timeout: 600_000 },
  async (_, task) => {
    const place = await createWorkplace({});
    try {
      await mkdir(place.path('docs'));
      for (let number = 0; number < DOCUMENTS; number += 1) {
        const goods = Array.from({ length: number % 5 }, (_, line) => `${line + 1} x chair 4${line}.50`).join('\n');
        await writeFile(
          place.path('docs', `${number}.txt`),
          `Invoice A-${number * 7}\n${goods}\nTotal ${number * 3}.20 EUR`,
        );
      }
      const results: string[] = [];
      for (const workers of ['1', '2', '4']) {
        const flags = [...task, '--model', MODEL, '--workers', workers, '--out', workers];
        const { code, stderr } = await place.docmill(['run', '--input', 'docs', '--run', 'same', ...flags]);
        // Shows what was said where it did not end.
        expect(code === 0 || code === 3 ? '' : stderr).toBe('');
        const ledger = ledgerOf(place, 'same', workers);
        expect((await ledger.parts()).length).toBeGreaterThan(2);
        results.push(await ledger.results());
      }
      const killed = ['run', '--input', 'docs', '--run', 'same', ...task, '--model', MODEL, '--workers', '2'];
      const parts = () => ledgerOf(place, 'same').parts();
      const first = place.start(killed);
      await waitUntil('it has a part', async () => (await parts().catch(() => [])).length > 0, 120_000);
      first.kill('SIGKILL');
      await first.finished;
      const before = (await parts()).length;
      expect((await place.docmill(killed)).stderr).toContain('Complete');
      expect((await parts()).length).toBeGreaterThan(before);
      results.push(await ledgerOf(place, 'same').results());
      expect(results[0]?.trim().split('\n')).toHaveLength(DOCUMENTS);
      expect(results[1]).toBe(results[0]);
      expect(results[2]).toBe(results[0]);
      expect(results[3]).toBe(results[0]);
    } finally {
      await place.close();
    }
  },
);
