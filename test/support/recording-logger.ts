import { pino } from 'pino';
import { z } from 'zod';
import type { Logger } from '../../src/logger.ts';

const entrySchema = z.looseObject({ level: z.number(), msg: z.string() });

/** A logger whose entries can be looked at. */
export function createRecordingLogger(): { readonly log: Logger; readonly messages: () => readonly string[] } {
  const lines: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line: string) => lines.push(line) });
  return { log, messages: () => lines.map((line) => entrySchema.parse(JSON.parse(line)).msg) };
}
