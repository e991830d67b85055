import { AppError } from '../errors.ts';

/** A model that is somewhere else: an `hf:` reference or a URL, and the SHA-256 it must have. */
export type RemoteReference = { readonly kind: 'remote'; readonly uri: string; readonly pin: string | undefined };

/** What `--model` names: the stub with a delay per chunk, a file, or a model that has to be pulled first. */
export type ModelReference =
  | { readonly kind: 'stub'; readonly delayMs: number }
  | { readonly kind: 'file'; readonly path: string; readonly pin: string | undefined }
  | RemoteReference;

/** What stands between a reference and the SHA-256 that its model must have. */
export const PIN = '#sha256=';

/**
 * Reads `stub:`, `stub:delay=MS`, or a path, an `hf:` reference or a URL with an optional `#sha256=…`; anything else is
 * `MODEL_INVALID`.
 */
export function parseModelReference(reference: string): ModelReference {
  if (reference.startsWith('stub:')) {
    return { kind: 'stub', delayMs: parseDelay(reference) };
  }
  const { named, pin } = splitPin(reference);
  if (/^hf:/i.test(named)) return { kind: 'remote', uri: parseHubName(named), pin };
  if (/^https?:/i.test(named)) return { kind: 'remote', uri: parseUrl(named), pin };
  return { kind: 'file', path: named, pin };
}

/** A reference as it is shown: what a URL asks for may be a key that is nobody else's business. */
export function showReference(uri: string): string {
  return uri.replace(/\?.*/s, '?…');
}

function splitPin(reference: string): { readonly named: string; readonly pin: string | undefined } {
  const at = reference.lastIndexOf(PIN);
  if (at === -1) return { named: reference, pin: undefined };
  const pin = reference.slice(at + PIN.length).toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(pin)) {
    throw new AppError(
      'MODEL_INVALID',
      `The pin of model \`${showReference(reference)}\` is no SHA-256; write 64 hexadecimal digits after \`${PIN}\`.`,
    );
  }
  return { named: reference.slice(0, at), pin };
}

function parseHubName(named: string): string {
  const [, name] = /^hf:(?:\/\/)?([^/\s:]+\/[^\s]+)$/i.exec(named) ?? [];
  if (name !== undefined) return `hf:${name}`;
  throw new AppError(
    'MODEL_INVALID',
    `Model \`${named}\` is unknown; write \`hf:USER/MODEL:QUANTISATION\` or \`hf:USER/MODEL/FILE.gguf\`.`,
  );
}

function parseUrl(named: string): string {
  const url = URL.parse(named);
  if (url === null) {
    throw new AppError(
      'MODEL_INVALID',
      `Model \`${showReference(named)}\` is no URL; write \`https://HOST/FILE.gguf\`.`,
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new AppError(
      'MODEL_INVALID',
      `The URL of the model at \`${url.host}\` holds a name or password, which docmill does not send; leave it out.`,
    );
  }
  return url.href;
}

function parseDelay(reference: string): number {
  const options = /^stub:(?:delay=(\d{1,6}))?$/.exec(reference);
  if (options === null) {
    throw new AppError(
      'MODEL_INVALID',
      `Model \`${reference}\` is unknown; write \`stub:\`, or \`stub:delay=20\` for 20 ms a document.`,
    );
  }
  return Number(options[1] ?? 0);
}
