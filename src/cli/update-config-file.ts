import { readConfigFile } from '../config.ts';
import { writeWhole } from './write-whole.ts';

/** Puts values into a configuration file, which keeps its others, or makes the file; it is replaced as a whole. */
export async function updateConfigFile(path: string, values: Readonly<Record<string, unknown>>): Promise<void> {
  await writeWhole(path, lineOf({ ...readConfigFile(path), ...values }));
}

async function* lineOf(content: object): AsyncGenerator<string> {
  yield `${JSON.stringify(content, null, 2)}\n`;
}
