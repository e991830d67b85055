#!/usr/bin/env node
// Plain JavaScript, so that an old Node gets a sentence instead of a syntax error. Finds the right Node and the code.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as module from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major > 24 || (major === 24 && minor >= 9)) {
  // Compiled code is kept in the temporary directory: half a second less at every start.
  module.enableCompileCache();
  const built = join(root, 'dist', 'src', 'cli', 'main.js');
  const source = join(root, 'src', 'cli', 'main.ts');
  // In a checkout the sources are the truth; the package has no sources.
  const { main, endOnUnhandledErrors } = await import(pathToFileURL(existsSync(source) ? source : built).href);
  endOnUnhandledErrors(process.argv.slice(2));
  await main(process.argv.slice(2));
} else {
  runWithOwnNode();
}

/** The package brings Node 24 along as a development dependency. */
function runWithOwnNode() {
  const node = join(root, 'node_modules', 'node', 'bin', 'node');
  if (!existsSync(node)) {
    process.stderr.write(`docmill needs Node 24.9 or newer, and this is ${process.versions.node}; install Node 24.\n`);
    process.exitCode = 78;
    return;
  }
  const child = spawn(node, [process.argv[1], ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal sends Ctrl-C to both; what is sent to this process alone is passed on.
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  process.on('SIGINT', () => undefined);
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : signal === 'SIGTERM' ? 143 : 1);
  });
}
