import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { getLlama, LlamaLogLevel, readGgufFileInfo } from 'node-llama-cpp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readModelTokens } from '../../src/engine/llama/model-file.ts';
import { tokenizeText } from '../../src/engine/llama/tokenize-text.ts';
import { findPython } from '../support/find-python.ts';
import { createTemporaryFiles } from '../unit/documents/temporary-files.ts';
import { writeGemmaVocabulary } from './token-parity/gemma-vocabulary.ts';
import { oddPieces } from './token-parity/odd-texts.ts';
import { exportTrainingLines } from './token-parity/training-lines.ts';

/**
 * Training and inference cut a text into the same tokens, or accuracy drops without a word. The ids of the engine are
 * compared with those of the Hugging Face tokenizer, whose hashes are committed; where there is Python they are also
 * made again (`GOLDEN=write` writes them).
 */
const ODD_DOCUMENTS = 1000;
const vocabularies = ['demo', 'gemma'] as const;
type Name = (typeof vocabularies)[number];

const python = findPython();
const root = join(import.meta.dirname, '../..');

const lineSchema = z.object({
  id: z.string(),
  prompt: z.array(z.union([z.strictObject({ control: z.string() }), z.strictObject({ text: z.string() })])),
  answer: z.string(),
});
type Line = z.infer<typeof lineSchema>;

/** A vocabulary as a model file and as what training reads, which is a folder or made from the model file. */
type Source = { readonly gguf: string; readonly training: string };

let files: Awaited<ReturnType<typeof createTemporaryFiles>>;
let lines: readonly string[] = [];
const sources = new Map<Name, Source>();
/** Token ids of the engine, for each line. */
const engineIds = new Map<Name, readonly (readonly number[])[]>();

beforeAll(async () => {
  files = await createTemporaryFiles();
  lines = await exportTrainingLines(ODD_DOCUMENTS, 1);
  const demo = join(root, 'models/demo.gguf');
  sources.set('demo', { gguf: demo, training: demo });
  const { gguf, folder } = await writeGemmaVocabulary(files.directory);
  sources.set('gemma', { gguf, training: folder });
  for (const [name, source] of sources) engineIds.set(name, await tokenizeLines(source.gguf));
}, 180_000);

afterAll(() => files[Symbol.asyncDispose]());

describe.for(vocabularies)('with the %s vocabulary', (name) => {
  test.skipIf(python === undefined)(
    'training cuts every line into the tokens of the engine',
    { timeout: 300_000 },
    async () => {
      const trained = await trainingIds(sourceOf(name).training);
      const hashes = trained.map((ids) => hashOf(String(ids)));
      const reference = `${[hashOf(lines.join('\n')), ...hashes].join('\n')}\n`;
      if (process.env['GOLDEN'] === 'write') await writeFile(referenceOf(name), reference);
      const ids = idsOf(name);
      expect(await readFile(referenceOf(name), 'utf8')).toBe(reference);
      expect(lines.filter((_, index) => String(ids[index]) !== String(trained[index])).map(idOf)).toEqual([]);
    },
  );

  test('the engine cuts every line into the tokens that training had', async () => {
    const [linesHash, ...hashes] = (await readFile(referenceOf(name), 'utf8')).trimEnd().split('\n');
    // Another prompt, another answer or another document: write the reference again.
    expect(hashOf(lines.join('\n'))).toBe(linesHash);
    const ids = idsOf(name);
    expect(ids.length).toBe(hashes.length);
    expect(lines.filter((_, index) => hashOf(String(ids[index])) !== hashes[index]).map(idOf)).toEqual([]);
  });

  test('a text never becomes a control token [F27]', async () => {
    const controls = new Set((await readTokens(sourceOf(name).gguf)).controls.values());
    const ids = idsOf(name);
    const wrong = lines.filter((line, index) => {
      const found = ids[index]?.filter((token) => controls.has(token)).length;
      return found !== parseLine(line).prompt.filter((segment) => 'control' in segment).length + 1;
    });
    expect(wrong.map(idOf)).toEqual([]);
  });
});

test('the documents hold every odd piece, and the examples are among them', () => {
  const texts = lines.map((line) => parseLine(line).prompt.map((segment) => ('text' in segment ? segment.text : '')));
  const all = texts.map((segments) => segments.join('')).join('\0');
  const missing = Object.values(oddPieces).flatMap((pieces) => pieces.filter((piece) => !all.includes(piece)));
  expect(missing).toEqual([]);
  const examples = ['tickets', 'invoices'].flatMap((name) => readdirSync(join(root, 'examples', name)));
  expect(new Set(lines.map(idOf)).intersection(new Set(examples)).size).toBe(examples.length);
  expect(lines.length).toBe(ODD_DOCUMENTS + examples.length);
});

async function readTokens(gguf: string) {
  return readModelTokens(gguf, await readGgufFileInfo(gguf, { sourceType: 'filesystem', logWarnings: false }));
}

async function tokenizeLines(gguf: string): Promise<number[][]> {
  const { controls } = await readTokens(gguf);
  const llama = await getLlama({ build: 'never', gpu: false, maxThreads: 1, logLevel: LlamaLogLevel.disabled });
  try {
    const model = await llama.loadModel({ modelPath: gguf, vocabOnly: true, gpuLayers: 0 });
    return lines.map((line) => {
      const { prompt, answer } = parseLine(line);
      return [...prompt, { text: answer }, { control: '<end_of_turn>' }].flatMap((segment) =>
        'control' in segment ? [controls.get(segment.control) ?? NaN] : tokenizeText(model, segment.text),
      );
    });
  } finally {
    await llama.dispose();
  }
}

async function trainingIds(vocabulary: string): Promise<number[][]> {
  const script = join(import.meta.dirname, 'token-parity/write_token_ids.py');
  const env = { ...process.env, OMP_NUM_THREADS: '1' };
  const child = spawn(python ?? 'python', [script, vocabulary], { env, stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.end(`${lines.join('\n')}\n`);
  const [written, complaint] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const rows = written.trimEnd().split('\n');
  if (rows.length !== lines.length) throw new Error(`Python wrote ${rows.length} lines: ${complaint.slice(-2000)}`);
  return rows.map((row) => z.array(z.number()).parse(JSON.parse(row)));
}

function referenceOf(name: Name): string {
  return join(import.meta.dirname, 'token-parity', `${name}.txt`);
}

function sourceOf(name: Name): Source {
  const source = sources.get(name);
  if (source === undefined) throw new Error(`there is no vocabulary ${name}`);
  return source;
}

function idsOf(name: Name): readonly (readonly number[])[] {
  return engineIds.get(name) ?? [];
}

function parseLine(line: string): Line {
  return lineSchema.parse(JSON.parse(line));
}

function idOf(line: string): string {
  return parseLine(line).id;
}

/** Enough to tell documents apart, short enough to be committed for each. */
function hashOf(value: string): string {
  return createHash('sha256').update(value).digest('hex').slice(0, 10);
}
