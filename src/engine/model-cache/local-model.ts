import { PIN, parseModelReference } from '../model-reference.ts';
import { type PullOptions, pullModel } from './pull-model.ts';

/**
 * A reference to a file of this machine, with its hash as pin, for an `hf:` reference or a URL: from the cache, or pulled
 * now. Any other reference stays as it is.
 */
export async function toLocalReference(reference: string, options: PullOptions): Promise<string> {
  const parsed = parseModelReference(reference);
  if (parsed.kind !== 'remote') return reference;
  const { path, sha256 } = await pullModel(parsed, options);
  return `${path}${PIN}${sha256}`;
}
