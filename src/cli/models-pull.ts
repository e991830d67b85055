import { readConfig } from '../config.ts';
import { PIN, parseModelReference } from '../engine/model-reference.ts';
import { pullModel } from '../engine/model-cache/pull-model.ts';
import { AppError } from '../errors.ts';
import { listenForShutdown } from '../shutdown.ts';
import { formatBytes } from '../format.ts';
import { printFacts, toTable } from './output.ts';
import { createPullReporter } from './pull-reporter.ts';
import { toTerminal } from './terminal-text.ts';

type PullFlags = { readonly dir?: string; readonly offline?: boolean; readonly json?: boolean };

/** `docmill models pull`: a model into the cache; prints its reference with its hash, ready to paste. */
export async function pullToCache(given: string, flags: PullFlags): Promise<void> {
  using shutdown = listenForShutdown();
  const config = readConfig({ models: flags.dir, offline: flags.offline }, process.env, process.cwd());
  const reference = parseModelReference(given);
  if (reference.kind !== 'remote') {
    throw new AppError(
      'USAGE',
      `\`${given}\` is here already; pull \`hf:USER/MODEL:QUANT\` or \`https://HOST/FILE.gguf\`.`,
    );
  }
  using listener = createPullReporter();
  const { path, bytes, sha256, architecture, quantization, pulled } = await pullModel(reference, {
    directory: config.models,
    offline: config.offline,
    verify: true,
    signal: shutdown.signal,
    listener,
  });
  listener[Symbol.dispose]();
  const pinned = `${reference.uri}${PIN}${sha256}`;
  const rows = [
    ['file', toTerminal(path)],
    ['size', `${formatBytes(bytes)}${pulled ? '' : ', from the cache'}`],
    ['architecture', toTerminal(architecture)],
    ['quantisation', quantization ?? 'unknown'],
    ['pinned', toTerminal(pinned)],
  ];
  await printFacts(flags.json, { path, bytes, sha256, architecture, quantization, pinned, pulled }, toTable(rows));
}
