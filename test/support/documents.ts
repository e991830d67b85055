import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** So long that a shard holds one such document; the stub answers it in several chunks. */
export const SHARD_SIZED_BYTES = 33_000;

/** Writes `count` documents, the same ones at every call, as `<number>.txt`. */
export async function writeDocuments(directory: string, count: number, bytes = 200): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (let number = 0; number < count; number += 1) {
    const name = `${String(number).padStart(5, '0')}.txt`;
    await writeFile(join(directory, name), textOf(number, bytes));
  }
}

function textOf(number: number, bytes: number): string {
  const sentence = `Ticket ${number}: order ${number * 7919} has not arrived, please look into it.\n`;
  return sentence.repeat(Math.ceil(bytes / sentence.length)).slice(0, bytes);
}
