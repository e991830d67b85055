import { AppError, ioError, systemCode } from '../../errors.ts';

/** Who was asked for a model, as its errors name it. */
export type ModelSource = {
  /** The reference as it may be shown. */
  readonly model: string;
  readonly host: string;
  readonly hub: boolean;
  /** Whether an access token was sent. */
  readonly token: boolean;
};

/** The error for an HTTP status that another try does not change; null where one may help. */
export function refusalOf(status: number, source: ModelSource): AppError | null {
  const { model, host } = source;
  if (status === 401 || status === 403) {
    return new AppError(
      'NOT_PERMITTED',
      `Model \`${model}\` is refused by \`${host}\` (HTTP ${status}); ${remedy(source)}.`,
    );
  }
  if (status === 404 || status === 410 || status === 400) {
    return new AppError(
      'MODEL_INVALID',
      `Model \`${model}\` does not exist at \`${host}\` (HTTP ${status}); check its name.`,
    );
  }
  if (status >= 500 || status === 408 || status === 425 || status === 429) return null;
  return new AppError(
    'MODEL_INVALID',
    `Model \`${model}\` cannot be had from \`${host}\` (HTTP ${status}); check its name.`,
  );
}

function remedy({ hub, token }: ModelSource): string {
  if (!hub) return 'check the URL, and whether it asks for a login';
  if (token) return "accept the model's terms on its page with the account of HF_TOKEN, or check its name";
  return "check its name, accept the model's terms on its page, and set HF_TOKEN to an access token";
}

/** The error for a server that gave no usable answer, however often it was asked. */
export function unreachableError({ model, host }: ModelSource, problem: string, bytes: number): AppError {
  const goesOn = bytes === 0 ? '' : '; the same command goes on where it stopped';
  return new AppError(
    'MODEL_UNREACHABLE',
    `Model \`${model}\` could not be had from \`${host}\` (${problem})${goesOn}; check the network, or name a file.`,
  );
}

/** The error for a hub that answers, and names no file. */
export function noFileError({ model, host }: ModelSource): AppError {
  return new AppError(
    'MODEL_INVALID',
    `Model \`${model}\` has no GGUF file that \`${host}\` names; take a model with GGUF files, or name one as \`hf:USER/MODEL/FILE.gguf\`.`,
  );
}

/** The error for a disk that is known to be too small before anything is written. */
export function noSpaceError(path: string, neededBytes: number, freeBytes: number): AppError {
  const [needed, free] = [Math.ceil(neededBytes / 1e6), Math.floor(freeBytes / 1e6)];
  return new AppError(
    'IO',
    `There is no space for \`${path}\`: ${needed} MB are needed, ${free} MB are free; ${MAKE_SPACE}.`,
  );
}

const MAKE_SPACE = 'free some, or set another `DOCMILL_MODELS`, and the same command goes on where it stopped';
const FULL: ReadonlySet<string | undefined> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** The error for a failed write of a download: a full disk in words, the rest as the system says it. */
export function writeError(path: string, cause: unknown): AppError {
  const code = systemCode(cause);
  if (!FULL.has(code)) return ioError('write', path, cause);
  return new AppError('IO', `There is no space for \`${path}\` (${code}); ${MAKE_SPACE}.`, { cause });
}
