import type { Command } from 'commander';
import { describeModel, type ModelDescription } from '../engine/describe-model.ts';
import { programErrors } from '../errors.ts';
import { formatBytes, formatCount, plural } from './format.ts';
import { printFacts, toTable } from './output.ts';
import { sharedOptions } from './shared-options.ts';
import { toTerminal } from './terminal-text.ts';

export function addModels(program: Command): void {
  const models = program
    .command('models')
    .description('Look at model files.')
    .addHelpText('after', '\nExample:\n  $ docmill models check models/demo.gguf');
  models
    .command('check <file>')
    .description('Say what a GGUF file holds, the memory that it needs, and whether docmill can use it.')
    .addOption(sharedOptions.json())
    .addHelpText('after', '\nExample:\n  $ docmill models check model.gguf --json | jq .sha256')
    .exitOverride()
    .showHelpAfterError('(add --help for what is there)')
    .option('--debug', 'show stacks of errors')
    .action(check);
}

async function check(file: string, flags: { readonly json?: boolean }): Promise<void> {
  const description = await describeModel(file);
  await printFacts(flags.json, { ...description, usable: description.problem === null }, descriptionLines(description));
  if (description.problem !== null) process.exitCode = programErrors.MODEL_INVALID.exit;
}

function descriptionLines(model: ModelDescription): string[] {
  const { vocabulary, quantization, memory, trainContextTokens } = model;
  const tensors = Object.entries(quantization.tensors).map(([type, count]) => `${count} ${type}`);
  const rows = [
    ['file', `${toTerminal(model.name)}, ${formatBytes(model.bytes)}`],
    ['sha256', model.sha256],
    ['architecture', toTerminal(model.architecture)],
    ['parameters', formatCount(model.parameters)],
    ['vocabulary', `${formatCount(vocabulary.tokens ?? 0)} tokens, ${toTerminal(vocabulary.kind ?? 'of no kind')}`],
    ['chat template', model.chatTemplateSha256 === null ? 'none' : `sha256 ${model.chatTemplateSha256}`],
    ['tensors', `${tensors.join(', ')}; token embedding ${quantization.embedding ?? 'missing'}`],
    ['train context', trainContextTokens === null ? 'not said' : plural(trainContextTokens, 'token')],
    ['memory', memory === null ? 'unknown' : memoryText(memory)],
    ['usable', model.problem === null ? 'yes' : `no: ${toTerminal(model.problem)}`],
  ];
  return toTable(rows);
}

function memoryText({ total, contextTokens, ...parts }: NonNullable<ModelDescription['memory']>): string {
  const { weights, keyValueCache, logits } = parts;
  return `about ${formatBytes(total)} a worker: weights ${formatBytes(weights)}, keys and values of ${formatCount(contextTokens)} tokens ${formatBytes(keyValueCache)}, logits ${formatBytes(logits)}`;
}
