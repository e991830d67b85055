import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const checks = join(import.meta.dirname, 'check_demo_invoices.py');
const hasPython = spawnSync('python3', ['--version']).status === 0;

/** Runs one check of the generator; it rejects with the failed assertion. */
async function check(name: string): Promise<object> {
  return promisify(execFile)('python3', [checks, name]);
}

describe.skipIf(!hasPython)('the later invoices of the demo model', () => {
  it('contain every value of their answers', { timeout: 60_000 }, async () => {
    await expect(check('verbatim_values_stand_in_the_text')).resolves.toMatchObject({ stderr: '' });
  });

  it('never draw what is held out for evaluation', { timeout: 60_000 }, async () => {
    await expect(check('held_out_entries_do_not_occur')).resolves.toMatchObject({ stderr: '' });
  });

  it('have no caption twice in a list', async () => {
    await expect(check('captions_repeat_none')).resolves.toMatchObject({ stderr: '' });
  });

  it('are the same for the same seed', async () => {
    await expect(check('the_same_seed_gives_the_same_documents')).resolves.toMatchObject({ stderr: '' });
  });
});
