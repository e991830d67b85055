import type { ChildProcess } from 'node:child_process';
import { AppError } from '../../errors.ts';

/** Aborts when the server ends by itself; when it was told to, nobody listens any more. */
export function watchServer(server: ChildProcess): AbortSignal {
  const failure = new AbortController();
  server.once('exit', () => {
    failure.abort(
      new AppError(
        'QUEUE_UNREACHABLE',
        'The embedded queue server ended; the same command starts it again and goes on.',
      ),
    );
  });
  return failure.signal;
}
