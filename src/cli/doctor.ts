import type { Command } from 'commander';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { join } from 'node:path';
import { type Config, readConfig } from '../config.ts';
import { loadModel } from '../engine/load-model.ts';
import { AppError } from '../errors.ts';
import { isObjectUrl } from '../object-storage/location.ts';
import { prepareOutput } from '../ledger/create-run.ts';
import { startEmbeddedQueue } from '../queue/embedded/start-embedded-queue.ts';
import { describeEndpoint, resolveEndpoint } from '../queue/endpoint.ts';
import { checkConnection } from '../queue/check-connection.ts';
import { listenForShutdown } from '../shutdown.ts';
import { chooseModel } from './choose.ts';
import { engineChoices } from './engine-choices.ts';
import { formatBytes } from '../format.ts';
import { printFacts, toTable } from './output.ts';
import { sharedOptions } from './shared-options.ts';

type Check = { readonly name: string; readonly ok: boolean; readonly says: string };

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('Check Node, CPU, memory, disk, queue and model, and say what to do about what is wrong.')
    .addOption(sharedOptions.model())
    .addOption(sharedOptions.out())
    .addOption(sharedOptions.json())
    .addHelpText('after', '\nExample:\n  $ docmill doctor --model model.gguf')
    .action(doctor);
}

async function doctor(flags: {
  readonly model?: string;
  readonly out?: string;
  readonly json?: boolean;
}): Promise<void> {
  using shutdown = listenForShutdown();
  const config = readConfig(flags, process.env, process.cwd());
  const checks: Check[] = [
    { name: 'node', ok: true, says: `${process.versions.node} at ${process.execPath}` },
    { name: 'cpu', ok: true, says: `${cpus()[0]?.model.trim() ?? process.arch}, ${availableParallelism()} cores` },
    { name: 'memory', ok: true, says: `${formatBytes(freemem())} free of ${formatBytes(totalmem())}` },
    await check('output', () => checkOutput(config)),
    await check('queue', () => checkQueue(config)),
    await check('model', () => checkModel(config, shutdown.signal)),
  ];
  await printFacts(flags.json, checks, toTable(checks.map(({ name, ok, says }) => [ok ? 'ok' : 'WRONG', name, says])));
  if (checks.some(({ ok }) => !ok)) process.exitCode = 78;
}

async function check(name: string, look: () => Promise<string>): Promise<Check> {
  try {
    return { name, ok: true, says: await look() };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { name, ok: false, says: error.message };
  }
}

async function checkOutput({ out }: Config): Promise<string> {
  await prepareOutput(out);
  const how = isObjectUrl(out) ? 'a second conditional put is refused' : 'exclusive hard links and fsync work';
  return `\`${out}\` holds a ledger: ${how}`;
}

async function checkQueue(config: Config): Promise<string> {
  if (config.redisUrl !== undefined) {
    const endpoint = await resolveEndpoint({ redisUrl: config.redisUrl, endpointFile: undefined });
    const { is, advice, remarks } = await checkConnection(endpoint, config.allowEviction);
    return `${describeEndpoint(endpoint)}: ${[is, ...advice, ...remarks].join('; ')}`;
  }
  if (isObjectUrl(config.out)) throw needsOwnQueue(config.out);
  await using embedded = await startEmbeddedQueue(join(config.out, '.queue'));
  return `no \`REDIS_URL\`; \`run\` starts its own ${embedded.server}`;
}

function needsOwnQueue(out: string): AppError {
  return new AppError('QUEUE_UNREACHABLE', `The runs under \`${out}\` need a queue of their own; set \`REDIS_URL\`.`);
}

async function checkModel(config: Config, signal: AbortSignal): Promise<string> {
  await using model = await loadModel(await chooseModel(config, signal), engineChoices(config));
  const { name, sha256 } = model.identity;
  return `${name} loads, sha256 ${sha256}`;
}
