import { access, open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { documentIdSchema } from '../../schemas/ids.ts';
import { type JsonObject, jsonValueSchema, parseJson } from '../../schemas/json.ts';
import { checkText } from '../documents/decode-text.ts';
import type { ReadResult } from '../documents/document.ts';
import type { Parser } from '../documents/parse-apart/open-parser.ts';
import { readTextFile } from '../documents/read-document.ts';
import { AppError, ioError, systemCode } from '../errors.ts';
import { readLines } from '../ledger/read-lines.ts';
import type { AnswerProblem } from '../task/validate-answer.ts';

/** One line of a gold file: a document and its right answer, which may be the final one or the copied texts. */
export type GoldDocument = {
  /** Where it stands, for messages. */
  readonly place: string;
  readonly id: string;
  readonly gold: JsonObject;
  /** The document as text, read when it is asked for. */
  readonly read: (parser: Parser) => Promise<ReadResult>;
};

const goldLineSchema = z.strictObject({
  id: documentIdSchema,
  text: z.string().optional(),
  file: z.string().min(1).optional(),
  gold: z.record(z.string(), jsonValueSchema),
});

/**
 * The documents of a gold file, in its order: `{"id","text","gold"}`, `{"id","file","gold"}` with a path relative to
 * `documents` (else to the gold file), or `{"id","gold"}` where the id is a path relative to `documents`. Throws `USAGE`
 * with the line for what is none of these, for an id that comes twice and for a file that does not exist.
 */
export async function* readGold(path: string, documents: string | undefined): AsyncGenerator<GoldDocument> {
  const lineOfId = new Map<string, number>();
  let line = 0;
  for await (const bytes of readFileLines(path)) {
    line += 1;
    const json = decodeLine(bytes, `Line ${line} of \`${path}\``);
    if (json.trim() === '') continue;
    const document = await parseGoldLine(json, { path, line, documents });
    const first = lineOfId.get(document.id);
    if (first !== undefined) throw new AppError('USAGE', `${document.place} has the same id as line ${first}.`);
    lineOfId.set(document.id, line);
    yield document;
  }
  if (lineOfId.size === 0) throw new AppError('NO_INPUT', `Gold file \`${path}\` holds no documents.`);
}

/** The error for a gold answer that cannot be used. */
export function goldError({ place }: GoldDocument, { pointer, problem }: AnswerProblem): AppError {
  const where = pointer === '' ? 'its root' : `\`${pointer}\``;
  return new AppError('USAGE', `${place}: the gold answer cannot be used at ${where}, ${problem}.`);
}

async function* readFileLines(path: string): AsyncGenerator<Buffer> {
  await using file = await open(path, 'r').catch((cause: unknown) => {
    if (systemCode(cause) !== 'ENOENT') throw ioError('read', path, cause);
    throw new AppError('NO_INPUT', `Gold file \`${path}\` does not exist; check the path.`, { cause });
  });
  try {
    yield* readLines(file.createReadStream({ start: 0, autoClose: false, highWaterMark: 1 << 20 }));
  } catch (cause) {
    throw cause instanceof AppError ? cause : ioError('read', path, cause);
  }
}

/** In any other encoding names would be learned, and judged, with replacement characters. */
function decodeLine(bytes: Buffer, at: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new AppError('USAGE', `${at} is not UTF-8; save the gold file in this encoding.`, { cause });
  }
}

type Origin = { readonly path: string; readonly line: number; readonly documents: string | undefined };

async function parseGoldLine(json: string, origin: Origin): Promise<GoldDocument> {
  const at = `Line ${origin.line} of \`${origin.path}\``;
  const parsed = goldLineSchema.safeParse(parseJson(json));
  if (!parsed.success) {
    throw new AppError(
      'USAGE',
      `${at} is no gold line; write {"id":…,"text":…,"gold":{…}}, or "file" instead of "text".`,
      { cause: parsed.error },
    );
  }
  const { id, text, file, gold } = parsed.data;
  const place = `${at} (\`${id}\`)`;
  if (text !== undefined && file !== undefined) throw new AppError('USAGE', `${place} has both \`text\` and \`file\`.`);
  if (text !== undefined) return { place, id, gold, read: async () => checkText(text) };
  const found = await findFile(file, { ...origin, id, place });
  return { place, id, gold, read: (parser) => readTextFile(found, parser) };
}

async function findFile(
  file: string | undefined,
  { path, documents, id, place }: Origin & { readonly id: string; readonly place: string },
): Promise<string> {
  if (file === undefined && documents === undefined) {
    throw new AppError('USAGE', `${place} has no \`text\`; say where the files are with \`--documents DIR\`.`);
  }
  const found = resolve(documents ?? dirname(path), file ?? id);
  await access(found).catch((cause: unknown) => {
    throw new AppError('NO_INPUT', `${place}: file \`${found}\` cannot be read; check \`--documents\`.`, { cause });
  });
  return found;
}
