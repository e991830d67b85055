// `npm start`: the main job on the examples, with two workers, the demo model and a queue of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const docmill = join(root, 'bin', 'docmill.js');
const demos = [
  { task: 'ticket', input: 'examples/tickets' },
  { task: 'invoice', input: 'examples/invoices' },
];

// Ctrl-C reaches the command too, which ends in order; this process waits for it.
process.on('SIGINT', () => undefined);

for (const { task, input } of demos) {
  const args = ['run', '--input', input, '--task', task, '--run', `demo-${task}`, '--out', 'out', '--workers', '2'];
  process.stderr.write(`\n$ docmill ${args.join(' ')}\n`);
  const child = spawn(process.execPath, [docmill, ...args], { cwd: root, stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  // 3: complete, and some documents failed; the demo model is small, and says so.
  if (code !== 0 && code !== 3) process.exit(code ?? 1);
}
process.stderr.write(`
The answers, one line per document:
  head -2 out/demo-ticket/results.jsonl out/demo-invoice/results.jsonl
`);
