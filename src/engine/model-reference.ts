import { AppError } from '../errors.ts';

/** What `--model` names: the stub with a delay per chunk, or a file with the SHA-256 it must have. */
export type ModelReference =
  | { readonly kind: 'stub'; readonly delayMs: number }
  | { readonly kind: 'file'; readonly path: string; readonly pin: string | undefined };

const PIN = '#sha256=';

/** Reads `stub:`, `stub:delay=MS` or a path with an optional `#sha256=…`; anything else is `MODEL_INVALID`. */
export function parseModelReference(reference: string): ModelReference {
  if (reference.startsWith('stub:')) {
    return { kind: 'stub', delayMs: parseDelay(reference) };
  }
  if (/^(hf|https?):/i.test(reference)) {
    throw new AppError(
      'MODEL_INVALID',
      `Model \`${reference}\` is not a file of this machine; download it and give the path of its GGUF file.`,
    );
  }
  const at = reference.lastIndexOf(PIN);
  if (at === -1) {
    return { kind: 'file', path: reference, pin: undefined };
  }
  const pin = reference.slice(at + PIN.length).toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(pin)) {
    throw new AppError(
      'MODEL_INVALID',
      `The pin of model \`${reference}\` is no SHA-256; write 64 hexadecimal digits after \`${PIN}\`.`,
    );
  }
  return { kind: 'file', path: reference.slice(0, at), pin };
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
