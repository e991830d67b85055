import type { Command } from 'commander';
import { openParser } from '../documents/parse-apart/open-parser.ts';
import { readTextFile } from '../documents/read-document.ts';
import { AppError } from '../errors.ts';
import { note, print } from './output.ts';
import { sharedOptions } from './shared-options.ts';

export function addText(program: Command): void {
  program
    .command('text <file>')
    .description('Print the text of one document as the model reads it; spans refer to it.')
    .addOption(sharedOptions.json())
    .addHelpText('after', '\nExample:\n  $ docmill text examples/invoices/0001*.txt')
    .action(text);
}

async function text(file: string, flags: { readonly json?: boolean }): Promise<void> {
  await using parser = openParser();
  const read = await readTextFile(file, parser);
  if (read.status === 'refused') {
    throw new AppError(
      'NO_INPUT',
      `\`${file}\` cannot be read as a document: ${read.error.code}, ${read.error.message}`,
    );
  }
  const { document } = read;
  if (document.flags.length > 0) note(`Flags: ${document.flags.join(', ')}.`);
  if (flags.json === true) await print(JSON.stringify({ file, text: document.text, flags: document.flags }));
  else await print(document.text.replace(/\n$/, ''));
}
