import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

const ROOT = join(import.meta.dirname, '../../..');

/** A text file of the repository. */
export function readRepositoryFile(...names: readonly string[]): string {
  return readFileSync(join(ROOT, ...names), 'utf8');
}

/** The documents of a YAML file of the repository. */
export function readYaml(...names: readonly string[]): unknown[] {
  return parseAllDocuments(readRepositoryFile(...names), { merge: true }).map((document) => {
    if (document.errors.length > 0) throw new Error(`${names.join('/')}: ${document.errors.join(' ')}`);
    const content: unknown = document.toJS();
    return content;
  });
}
