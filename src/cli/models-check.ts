import { readConfig } from '../config.ts';
import { type ModelDescription, describeModel } from '../engine/describe-model.ts';
import { programErrors } from '../errors.ts';
import { listenForShutdown } from '../shutdown.ts';
import { formatBytes, formatCount, plural } from '../format.ts';
import { localModel } from './local-model.ts';
import { printFacts, toTable } from './output.ts';
import { toTerminal } from './terminal-text.ts';

/** `docmill models check`: facts of a model; exits like a worker that cannot use it. */
export async function checkModel(reference: string, flags: { readonly json?: boolean }): Promise<void> {
  using shutdown = listenForShutdown();
  const config = readConfig({}, process.env, process.cwd());
  const description = await describeModel(await localModel(reference, config, shutdown.signal));
  await printFacts(flags.json, { ...description, usable: description.problem === null }, descriptionLines(description));
  if (description.problem !== null) process.exitCode = programErrors.MODEL_INVALID.exit;
}

function descriptionLines(model: ModelDescription): string[] {
  const { vocabulary, memory, trainContextTokens } = model;
  const rows = [
    ['file', `${toTerminal(model.name)}, ${formatBytes(model.bytes)}`],
    ['sha256', model.sha256],
    ['architecture', toTerminal(model.architecture)],
    ['parameters', formatCount(model.parameters)],
    ['vocabulary', `${formatCount(vocabulary.tokens ?? 0)} tokens, ${toTerminal(vocabulary.kind ?? 'of no kind')}`],
    ['chat template', templateText(model.chatTemplate)],
    ['quantisation', quantizationText(model.quantization)],
    ['train context', trainContextTokens === null ? 'not said' : plural(trainContextTokens, 'token')],
    ['canaries', canariesText(model)],
    ['memory', memory === null ? 'unknown' : memoryText(memory)],
    ['usable', model.problem === null ? 'yes' : `no: ${toTerminal(model.problem)}`],
  ];
  return toTable(rows);
}

function templateText(template: ModelDescription['chatTemplate']): string {
  if (template === null) return 'none';
  const turns = template.gemmaTurns ? 'the turns of Gemma' : 'other turns than those of Gemma, which docmill writes';
  return `${turns}, sha256 ${template.sha256}`;
}

function quantizationText({ main, tensors, embedding }: ModelDescription['quantization']): string {
  const counts = Object.entries(tensors).map(([type, count]) => `${count} ${type}`);
  return `${main ?? 'unknown'} (${plural(sum(tensors), 'tensor')}: ${counts.join(', ')}; token embedding ${embedding ?? 'missing'})`;
}

function canariesText({ canaries, problem }: ModelDescription): string {
  if (canaries === 0) return 'none';
  return problem === null ? `${canaries}, all as exported` : String(canaries);
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

function memoryText({ total, contextTokens, slots, ...parts }: NonNullable<ModelDescription['memory']>): string {
  const { program, weights, keyValueCache, logits } = parts;
  return `about ${formatBytes(total)} a worker: program ${formatBytes(program)}, weights ${formatBytes(weights)}, keys and values of ${plural(slots, 'slot')} of ${formatCount(contextTokens)} tokens ${formatBytes(keyValueCache)}, logits ${formatBytes(logits)}`;
}
