import type { ReadResult } from '../document.ts';
import type { ParsedFormat } from '../formats/detect-format.ts';

/** What the worker sends to the parsing process, one at a time. */
export type ParseRequest = { readonly format: ParsedFormat; readonly bytes: Uint8Array };

/** What the thread says once, when it can be asked: one that cannot be loaded is no document's doing. */
export type ParseReady = { readonly kind: 'ready' };

/** The answer of the thread to one request. */
export type ParseAnswer =
  | { readonly kind: 'parsed'; readonly result: ReadResult }
  /** The parser itself could not be loaded, which says nothing about the document. */
  | { readonly kind: 'broken'; readonly reason: string };

/**
 * What comes back: `ready` once after the start, then one answer to each request. `worn`: documents have left so much
 * memory behind that the next one is better off in a new process.
 */
export type ParseReply = ParseReady | (ParseAnswer & { readonly worn: boolean });

/** What one document may cost the parsing process; the process ends when it costs more. */
export type ParseLimits = {
  /** Seconds of computing, all threads together: time on the wall would depend on what else the machine does. */
  readonly cpuSeconds: number;
  /** The JavaScript heap of the parsing thread. */
  readonly heapMb: number;
  /** All memory of the process. */
  readonly residentMb: number;
};

/** Why the parsing process ended by itself. */
export const exitCodes = { overTime: 40, overMemory: 41, crashed: 42 } as const;
