// `npm start`: the main job on the examples, with two workers, the demo model and a queue of its own.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const docmill = join(root, 'bin', 'docmill.js');
const demos = [
  { task: 'ticket', input: 'examples/tickets' },
  { task: 'invoice', input: 'examples/invoices' },
];

for (const { task, input } of demos) {
  const args = ['run', '--input', input, '--task', task, '--run', `demo-${task}`, '--out', 'out', '--workers', '2'];
  process.stderr.write(`\n$ docmill ${args.join(' ')}\n`);
  const { status } = spawnSync(process.execPath, [docmill, ...args], { cwd: root, stdio: 'inherit' });
  // 3: complete, and some documents failed; the demo model is small, and says so.
  if (status !== 0 && status !== 3) process.exit(status ?? 1);
}
process.stderr.write(
  '\nThe answers, one line per document:  head -2 out/demo-ticket/results.jsonl out/demo-invoice/results.jsonl\n',
);
