import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRandom } from '../../chaos/random.ts';
import { runCommand } from '../../support/run-command.ts';
import { createTemporaryFiles } from '../../unit/documents/temporary-files.ts';
import { oddTexts, partOf } from './odd-texts.ts';

const root = join(import.meta.dirname, '../../..');

/** Odd documents for the two built-in tasks with answers that copy from them, and all examples: as `docmill export` writes them. */
export async function exportTrainingLines(oddDocuments: number, seed: number): Promise<string[]> {
  await using files = await createTemporaryFiles();
  const random = createRandom(seed);
  const texts = [...oddTexts(oddDocuments, seed)];
  const lines: string[] = [];
  for (const [index, task] of (['ticket', 'invoice'] as const).entries()) {
    const mine = texts.filter((_, number) => number % 2 === index);
    const rows = mine.map((text, number) => {
      const gold = task === 'ticket' ? ticketGold(random) : invoiceGold(text, random);
      return JSON.stringify({ id: `${task}-${number}`, text, gold });
    });
    const gold = await files.write(`${task}.gold.jsonl`, rows.join('\n'));
    const examples = join(root, 'examples', `${task}s`);
    lines.push(...(await exportLines(task, gold, files.directory)));
    lines.push(...(await exportLines(task, `${examples}.gold.jsonl`, examples)));
  }
  return lines;
}

async function exportLines(task: string, gold: string, documents: string): Promise<string[]> {
  await using files = await createTemporaryFiles();
  const out = join(files.directory, 'train.jsonl');
  const given = ['--task', task, '--gold', gold, '--documents', documents, '--out', out];
  const { code, stderr } = await runCommand('export', ...given);
  if (code !== 0) throw new Error(`\`docmill export\` ended with ${code}: ${stderr}`);
  return (await readFile(out, 'utf8')).trimEnd().split('\n');
}

function ticketGold(random: () => number): object {
  const pick = (...labels: readonly string[]) => labels[Math.floor(random() * labels.length)];
  return {
    category: pick('billing', 'account', 'technical', 'shipping', 'other'),
    urgency: pick('low', 'normal', 'high'),
    sentiment: pick('negative', 'neutral', 'positive'),
  };
}

function invoiceGold(text: string, random: () => number): object {
  const total = /\nTotal ([\d.]+)\n/.exec(text)?.[1];
  return {
    vendor: partOf(text, 30, random),
    invoiceNumber: partOf(text, 12, random),
    issueDate: null,
    dueDate: null,
    currency: 'EUR',
    total,
    lineItems: Array.from({ length: Math.floor(random() * 3) }, () => ({
      description: partOf(text, 20, random),
      quantity: null,
      amount: total,
    })),
  };
}
