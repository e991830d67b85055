import { type Logger, destination, pino } from 'pino';

export type { Logger };

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/**
 * JSON lines on stderr: fields first, then a constant noun-verb sentence. Never a document's text, never a password:
 * whatever looks like credentials in a URL is cut out of messages and errors.
 */
export function createLogger(level: LogLevel, bindings: Readonly<Record<string, unknown>> = {}): Logger {
  return pino(
    {
      level,
      base: { ...bindings },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: serializeError },
    },
    destination({ fd: 2, sync: true }),
  );
}

/**
 * Replaces the user info of every URL in a text. A password may hold `/` and `@` that should have been encoded, so all
 * up to the last `@` goes; a URL without a host, as the files of a stack have it, has no user info.
 */
export function redactCredentials(text: string): string {
  return text.replaceAll(/\b([a-z][a-z0-9+.-]*:\/\/)(?!\/)\S*@/gi, '$1***@');
}

function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return redactCredentials(String(error));
  const code = 'code' in error ? error.code : undefined;
  const cause = error.cause === undefined ? undefined : serializeError(error.cause);
  return {
    type: error.name,
    code,
    message: redactCredentials(error.message),
    stack: error.stack === undefined ? undefined : redactCredentials(error.stack),
    cause,
  };
}
