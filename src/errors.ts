/**
 * Every error code with its meaning. `documentErrors` are outcomes: they stand in result lines and never throw.
 * `programErrors` throw as `AppError` and end a command with `exit`. A test compares both tables with `docs/errors.md`.
 */

type DocumentErrorEntry = {
  readonly status: 'failed' | 'skipped';
  /** Whether a new round without any change by the user could end better. */
  readonly retryable: boolean;
  readonly meaning: string;
};

export const documentErrors = {
  EMPTY: { status: 'skipped', retryable: false, meaning: 'The document holds no text.' },
  BINARY: {
    status: 'failed',
    retryable: false,
    meaning: 'The document is not text, nor of a format that docmill reads.',
  },
  TOO_LARGE: {
    status: 'failed',
    retryable: false,
    meaning: 'The document is larger, or deeper, than a document may be, or needs more memory.',
  },
  MALFORMED: { status: 'failed', retryable: false, meaning: 'The bytes are not whole in the format they begin with.' },
  ENCRYPTED: { status: 'failed', retryable: false, meaning: 'The document needs a password.' },
  NO_TEXT_LAYER: { status: 'skipped', retryable: false, meaning: 'The pages are pictures and hold no text.' },
  PARSE_TIMEOUT: {
    status: 'failed',
    retryable: false,
    meaning: 'Parsing takes more computing time than a document may take.',
  },
  PARSE_CRASHED: { status: 'failed', retryable: false, meaning: 'The document ended its parser twice.' },
  WORKER_CRASH: {
    status: 'failed',
    retryable: false,
    meaning: 'The document alone ended three processes of workers.',
  },
  TOO_LONG: {
    status: 'failed',
    retryable: false,
    meaning: 'The document has more tokens than the model or the task allows.',
  },
  INVALID_RECORD: {
    status: 'failed',
    retryable: false,
    meaning: 'The record of a JSONL or CSV file is not a usable record.',
  },
  UNREADABLE: { status: 'failed', retryable: true, meaning: 'The file could not be opened or read.' },
  VANISHED: { status: 'failed', retryable: true, meaning: 'The file was there at enqueue and is gone.' },
  CHANGED: { status: 'failed', retryable: true, meaning: 'The content is not the one that was planned.' },
  GENERATION_LIMIT: {
    status: 'failed',
    retryable: false,
    meaning: "The answer does not end within what prompt and document leave of the model's context.",
  },
  ANSWER_INVALID: { status: 'failed', retryable: false, meaning: 'The answer does not satisfy the schema.' },
  UNGROUNDED: { status: 'failed', retryable: false, meaning: 'A verbatim value does not stand in the document.' },
  UNNORMALIZABLE: {
    status: 'failed',
    retryable: false,
    meaning: 'A copied value that may not be null is no date, number or currency.',
  },
} as const satisfies Record<string, DocumentErrorEntry>;

export type DocumentErrorCode = keyof typeof documentErrors;

type ProgramErrorEntry = { readonly exit: number; readonly meaning: string };

export const programErrors = {
  INTERNAL: { exit: 1, meaning: 'A bug of docmill.' },
  DOCUMENTS_FAILED: { exit: 3, meaning: 'The run is complete and some documents failed.' },
  INCOMPLETE: { exit: 4, meaning: 'The run is not complete: cancelled, past its deadline, or stopped by failures.' },
  USAGE: { exit: 64, meaning: 'The command line is wrong.' },
  TASK_INVALID: { exit: 64, meaning: 'The task file is wrong.' },
  SCHEMA_UNSUPPORTED: { exit: 64, meaning: 'The output schema uses something that cannot be enforced.' },
  DUPLICATE_IDS: { exit: 64, meaning: 'Two documents have the same id.' },
  CORRUPT: { exit: 65, meaning: 'A file of the run is not what the run says it is.' },
  NO_INPUT: { exit: 66, meaning: 'There is no document, or the named input, run or file does not exist.' },
  QUEUE_UNREACHABLE: { exit: 69, meaning: 'The queue does not answer, or there is none.' },
  MODEL_UNREACHABLE: { exit: 69, meaning: 'The server that has the model gives no usable answer.' },
  OUTPUT_UNUSABLE: { exit: 73, meaning: 'The output directory cannot be created or used.' },
  RUN_NAME_TAKEN: { exit: 73, meaning: 'The run name belongs to a run with another plan.' },
  IO: { exit: 74, meaning: 'Reading or writing failed.' },
  NOT_PERMITTED: { exit: 77, meaning: 'Access was denied.' },
  MODEL_INVALID: { exit: 78, meaning: 'The model cannot be used.' },
  CONFIG_INVALID: { exit: 78, meaning: 'A setting is wrong.' },
} as const satisfies Record<string, ProgramErrorEntry>;

export type ProgramErrorCode = keyof typeof programErrors;

/**
 * The one error class. The message is one sentence: what failed, which one (in backticks), what to do; never the text
 * of a document. Never extend this class: the code says what it is.
 */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ProgramErrorCode;
  /** Facts for logs and `--json`. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: ProgramErrorCode,
    message: string,
    options: { readonly details?: Readonly<Record<string, unknown>>; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }

  get exitCode(): number {
    return programErrors[this.code].exit;
  }
}

/** Whether `error` is an `AppError`, with the given code if one is given. */
export function isAppError(error: unknown, code?: ProgramErrorCode): error is AppError {
  return error instanceof AppError && (code === undefined || error.code === code);
}

/** The system's error code (`ENOENT`, …) of a failed call, if it has one. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Turns a failed call of the file system into the `AppError` that a person can act on. */
export function ioError(action: string, path: string, cause: unknown): AppError {
  const code = systemCode(cause);
  if (code === 'EACCES' || code === 'EPERM') {
    const whose = path.startsWith('s3://') ? 'the rights of your credentials' : 'its owner and mode';
    return new AppError('NOT_PERMITTED', `Not permitted to ${action} \`${path}\`; check ${whose}.`, { cause });
  }
  return new AppError('IO', `Could not ${action} \`${path}\` (${code ?? 'unknown error'}).`, { cause });
}
