import type { Command } from 'commander';
import { checkModel } from './models-check.ts';
import { listCache, removeFromCache } from './models-list.ts';
import { pullToCache } from './models-pull.ts';
import { sharedOptions } from './shared-options.ts';

export function addModels(program: Command): void {
  const models = program
    .command('models')
    .description('Pull models into the cache of this machine, list them, and look at model files.')
    .addHelpText('after', '\nExamples:\n  $ docmill models pull hf:USER/MODEL:Q4_0\n  $ docmill models list');
  const add = (name: string, description: string, example: string, options = { isDefault: false }): Command =>
    models
      .command(name, options)
      .description(description)
      .addOption(sharedOptions.json())
      .addHelpText('after', `\nExample:\n  $ docmill models ${example}`)
      .exitOverride()
      .showHelpAfterError('(add --help for what is there)')
      .option('--debug', 'show stacks of errors');
  add(
    'pull <model>',
    'Bring a model into the cache: hf:USER/MODEL:QUANT, hf:USER/MODEL/FILE.gguf or a URL, each with an optional #sha256=….',
    'pull hf:USER/MODEL:Q4_0 --json | jq -r .pinned',
  )
    .addOption(sharedOptions.modelsDirectory())
    .option('--offline', 'take it from the cache, or fail')
    .action(pullToCache);
  add('list', 'List the models in the cache.', 'list', { isDefault: true })
    .addOption(sharedOptions.modelsDirectory())
    .action(listCache);
  add('rm <model>', 'Remove a model from the cache, and what was begun of it.', 'rm hf:USER/MODEL:Q4_0')
    .addOption(sharedOptions.modelsDirectory())
    .action(removeFromCache);
  add(
    'check <model>',
    'Say what a model holds, the memory that it needs, and whether docmill can use it.',
    'check model.gguf --json | jq .sha256',
  ).action(checkModel);
}
