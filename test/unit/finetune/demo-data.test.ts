import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const checks = join(import.meta.dirname, 'check_demo_data.py');
const hasPython = spawnSync('python3', ['--version']).status === 0;

/** Runs one check of the generator; it rejects with the failed assertion. */
async function check(name: string): Promise<object> {
  return promisify(execFile)('python3', [checks, name]);
}

describe.skipIf(!hasPython)('the data of the demo model', () => {
  it('has at least 120 wordings of each category and 80 of each urgency and sentiment, in both languages', async () => {
    await expect(check('each_label_has_many_wordings')).resolves.toMatchObject({ stderr: '' });
  });

  it('repeats no wording, neither within the new lists nor of the earlier ones', async () => {
    await expect(check('new_wordings_repeat_none')).resolves.toMatchObject({ stderr: '' });
  });

  it('fills every template completely', async () => {
    await expect(check('templates_are_well_formed')).resolves.toMatchObject({ stderr: '' });
  });

  it('recognises what a held-out wording says', async () => {
    await expect(check('held_out_sentences_are_recognised')).resolves.toMatchObject({ stderr: '' });
  });

  it('never says a held-out wording in training', async () => {
    await expect(check('held_out_wordings_do_not_occur')).resolves.toMatchObject({ stderr: '' });
  });

  it('keeps the held-out documents of the published scores byte for byte', { timeout: 60_000 }, async () => {
    await expect(check('evaluated_documents_stay')).resolves.toMatchObject({ stderr: '' });
  });

  it('writes the last part of training again from the same seed', { timeout: 60_000 }, async () => {
    await expect(check('last_stage_is_reproducible')).resolves.toMatchObject({ stderr: '' });
  });
});
