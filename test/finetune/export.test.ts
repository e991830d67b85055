import { execFile, spawn } from 'node:child_process';
import { cp, mkdir, mkdtempDisposable, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { describeModel } from '../../src/engine/describe-model.ts';
import { sha256Of } from '../../src/sha256.ts';
import { findPython } from '../support/find-python.ts';

const python = findPython();
const exporter = join(import.meta.dirname, '../../finetune/export.py');
const disposables = new AsyncDisposableStack();
let folder = '';
const at = (name: string): string => join(folder, name);

const exactMatch = z.object({ documents: z.number(), before: z.number(), lost: z.number(), gained: z.number() });
const measured = z.object({ bytes: z.number(), exactMatch, weightError: z.object({ share: z.number() }) });
const reportSchema = z.object({
  file: z.object({ bytes: z.number(), sha256: z.string() }),
  failures: z.array(z.string()),
  canaries: z.object({ count: z.number() }).optional(),
  tokens: z.object({ documents: z.number(), different: z.record(z.string(), z.array(z.string())) }),
  pruned: z
    .object({
      pieces: z.object({ before: z.number(), after: z.number() }),
      corpus: z.object({ different: z.number() }),
      lines: z.object({ morePercent: z.number() }),
      exactMatch,
    })
    .optional(),
  written: measured,
  measured: z.record(z.string(), measured),
});

const addedSchema = z.object({ file: z.object({ sha256: z.string() }), canaries: z.object({ count: z.number() }) });

/** Runs one script of Python; what it prints and its exit code. */
async function run(...args: readonly string[]) {
  const finished = promisify(execFile)(python ?? '', args, { env: { ...process.env, OMP_NUM_THREADS: '1' } });
  return finished.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
}

async function runExport(out: string, ...args: readonly string[]) {
  const finished = await run(exporter, '--model', at('model'), '--lines', at('lines.jsonl'), '--out', at(out), ...args);
  return { ...finished, report: () => reportSchema.parse(JSON.parse(finished.stdout)) };
}

describe.skipIf(python === undefined)('export.py', { timeout: 600_000 }, () => {
  beforeAll(async () => {
    folder = disposables.use(await mkdtempDisposable(join(tmpdir(), 'docmill-export-'))).path;
    await promisify(execFile)(python ?? '', [join(import.meta.dirname, 'write_export_case.py'), folder]);
  }, 300_000);
  afterAll(() => disposables.disposeAsync());

  it('keeps what its checks say', async () => {
    const checks = ['check_quantizing', 'check_parity', 'check_canaries', 'check_pruning'];
    const { stdout } = await run(join(import.meta.dirname, 'run_checks.py'), ...checks);
    const results = stdout.split('\n').filter((line) => line.startsWith('{'));
    expect(results.length).toBeGreaterThan(20);
    expect(results.filter((line) => !line.endsWith('"failure": null}'))).toEqual([]);
  });

  it('writes a file of the types asked for, and a report of what they cost', async () => {
    const types = ['--embedding-type', 'f16', '--output-type', 'q8_0'];
    const exported = await runExport('mixed.gguf', ...types, '--measure', 'f16', 'q4_0', '--compare', '24');
    expect(exported).toMatchObject({ code: 0 });
    const report = exported.report();
    expect(await readFile(at('mixed.gguf.parity.json'), 'utf8')).toBe(exported.stdout);
    expect(report).toMatchObject({ failures: [], tokens: { different: { sentencepiece: [], 'node-llama-cpp': [] } } });
    expect(report.tokens.documents).toBeGreaterThanOrEqual(200);
    const content = await readFile(at('mixed.gguf'));
    expect(report.file).toMatchObject({ bytes: content.length, sha256: sha256Of(content) });
    const { f16, q4_0: q4 } = report.measured;
    // Greedy decoding wrote the gold answers, so they are exact but for what changed on the way.
    expect(f16?.exactMatch).toMatchObject({ documents: 24, lost: 0, gained: 0 });
    expect(f16?.exactMatch.before).toBeGreaterThanOrEqual(22);
    // The folder was a file of Q8_0 before, so that Q8_0 changes nothing but what F16 changes.
    expect(report.written.weightError.share).toBeLessThan(0.001);
    expect(q4?.weightError.share).toBeGreaterThan(0.05);
    const described = await describeModel(at('mixed.gguf'));
    expect(described).toMatchObject({ problem: null, architecture: 'gemma3', quantization: { embedding: 'F16' } });
    expect(described.quantization.tensors).toMatchObject({ Q8_0: 43, F16: 1, F32: 37 });
    expect(described.chatTemplate).not.toBeNull();
    expect(report.canaries?.count).toBeGreaterThan(0);
    expect(described.canaries).toBe(report.canaries?.count);
  });

  it('writes none of the documents into the file when it is told so, and adds them to a file later', async () => {
    const exported = await runExport('bare.gguf', '--no-canaries', '--compare', '24');
    expect(exported).toMatchObject({ code: 0 });
    expect(exported.report().canaries).toBeUndefined();
    expect(await describeModel(at('bare.gguf'))).toMatchObject({ canaries: 0, problem: null });
    const adder = join(import.meta.dirname, '../../finetune/add_canaries.py');
    const options = ['--model', at('bare.gguf'), '--lines', await someLines(12), '--out', at('again.gguf')];
    const added = await run(adder, ...options);
    expect(added).toMatchObject({ code: 0 });
    const { file, canaries } = addedSchema.parse(JSON.parse(added.stdout));
    expect(canaries.count).toBeGreaterThan(0);
    expect(await describeModel(at('again.gguf'))).toMatchObject({
      canaries: canaries.count,
      problem: null,
      sha256: file.sha256,
    });
  });

  it('prunes the vocabulary to what a corpus needs, without changing what is said about it', async () => {
    const exported = await runExport('small.gguf', '--prune-vocabulary', at('lines.jsonl'), '--compare', '24');
    expect(exported).toMatchObject({ code: 0 });
    const { pruned, file, tokens } = exported.report();
    expect(pruned).toMatchObject({ corpus: { different: 0 }, lines: { morePercent: 0 }, exactMatch: { lost: 0 } });
    expect(tokens.different).toEqual({ sentencepiece: [], 'node-llama-cpp': [] });
    const { before = 0, after = 0 } = pruned?.pieces ?? {};
    expect(after).toBeLessThan(before / 2);
    expect(file.bytes).toBeLessThan(4_000_000);
    const described = await describeModel(at('small.gguf'));
    expect(described).toMatchObject({ problem: null, vocabulary: { tokens: after } });
  });

  it('writes a folder with a pruned vocabulary to train from, and never over another', async () => {
    const options = ['--model', at('model'), '--corpus', at('lines.jsonl'), '--out', at('pruned')];
    const pruner = join(import.meta.dirname, '../../finetune/prune.py');
    const pruned = await run(pruner, ...options);
    expect(pruned).toMatchObject({ code: 0 });
    const { pieces } = z.object({ pieces: z.object({ after: z.number() }) }).parse(JSON.parse(pruned.stdout));
    const config: unknown = JSON.parse(await readFile(at('pruned/config.json'), 'utf8'));
    expect(config).toMatchObject({ vocab_size: pieces.after });
    const again = await run(pruner, ...options);
    expect(again).toMatchObject({ code: 73 });
    expect(again.stderr).toMatch(/exists already/);
  });

  it.each([
    ['a tensor is wrong', 'wrong-tensor', /parity failed: converted to F32, .*a log-probability differs/],
    [
      'two tokens are exchanged',
      'wrong-token',
      /parity failed: the token ids of node-llama-cpp differ on \d+ documents/,
    ],
  ])('writes nothing when %s', async (_, converter, message) => {
    await writeFile(at('kept.gguf'), 'an earlier file');
    const exported = await runExport('kept.gguf', '--llama-cpp', at(converter), '--compare', '8');
    expect(exported.code).toBe(78);
    expect(exported.stderr.trim().split('\n').at(-1)).toMatch(message);
    expect(exported.report().failures).not.toEqual([]);
    expect(await readFile(at('kept.gguf'), 'utf8')).toBe('an earlier file');
    await expect(readFile(at('kept.gguf.parity.json'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('leaves nothing behind when it is told to stop', async () => {
    await mkdir(at('scratch'));
    const options = ['--model', at('model'), '--lines', at('lines.jsonl'), '--out', at('stopped.gguf')];
    const stopped = spawn(python ?? '', [exporter, ...options], { env: { ...process.env, TMPDIR: at('scratch') } });
    const exit = once(stopped, 'exit');
    await once(stopped.stderr, 'data');
    expect(await readdir(at('scratch'))).not.toEqual([]);
    stopped.kill('SIGTERM');
    expect(await exit).toEqual([143, null]);
    expect(await readdir(at('scratch'))).toEqual([]);
  });

  it.each<[string, number, RegExp, () => Promise<readonly string[]>]>([
    ['no folder', 64, /Expected a readable `config\.json` in the folder/, async () => ['--model', at('missing')]],
    ['another architecture', 64, /got `llama`/, async () => changedModel('config.json', '{"model_type":"llama"}')],
    [
      'no vocabulary',
      64,
      /Expected the SentencePiece model `tokenizer\.model`/,
      async () => changedModel('tokenizer.model'),
    ],
    ['a broken vocabulary', 64, /to be a SentencePiece model/, async () => changedModel('tokenizer.model', 'no model')],
    [
      'a broken file of the fast tokenizer',
      64,
      /tokenizer\.json` to be a vocabulary/,
      async () => changedModel('tokenizer.json', '{}'),
    ],
    ['no weights', 64, /Expected weights/, async () => changedModel('model.safetensors')],
    ['weights cut short', 64, /Expected whole weights/, async () => changedModel('model.safetensors', '12345678{')],
    [
      'too few lines',
      64,
      /at least 200 training lines to compare on, got 3/,
      async () => ['--lines', await someLines(3)],
    ],
    [
      'a line that is none',
      64,
      /Line 3 of `.*` is no training line/,
      async () => ['--lines', await someLines(2, '{"text":')],
    ],
    ['no file of lines', 64, /Cannot read the training lines/, async () => ['--lines', at('none.jsonl')]],
    [
      'a corpus that is none',
      64,
      /line 1 is neither/,
      async () => ['--prune-vocabulary', await someLines(0, '{"a":1}')],
    ],
    ['a type that is none', 64, /q9/, async () => ['--type', 'q9']],
    ['a folder as the file', 73, /it is a folder/, async () => ['--out', at('model')]],
    ['a file as the folder of the file', 73, /Cannot write/, async () => ['--out', at('lines.jsonl/out.gguf')]],
    [
      'a folder that is no llama.cpp',
      64,
      /Expected llama\.cpp's `convert_hf_to_gguf\.py`/,
      async () => ['--llama-cpp', folder],
    ],
  ])('says in one sentence what is wrong: %s', async (_, code, message, change) => {
    const { code: ended, stderr, stdout } = await runExport('refused.gguf', ...(await change()));
    expect({ code: ended, stdout }).toEqual({ code, stdout: '' });
    expect(stderr).not.toContain('Traceback');
    expect(stderr.trim().split('\n').at(-1)).toMatch(message);
  });
});

/** Options for a copy of the folder in which one file has other content, or is missing. */
async function changedModel(file: string, content?: string): Promise<readonly string[]> {
  const copy = at(`changed-${sha256Of(`${file} ${content}`).slice(0, 8)}`);
  await cp(at('model'), copy, { recursive: true });
  await (content === undefined ? rm(join(copy, file)) : writeFile(join(copy, file), content));
  return ['--model', copy];
}

/** A file with the first lines, and one more. */
async function someLines(count: number, last = ''): Promise<string> {
  const lines = (await readFile(at('lines.jsonl'), 'utf8')).split('\n').slice(0, count);
  const file = at(`some-${sha256Of(`${count} ${last}`).slice(0, 8)}.jsonl`);
  await writeFile(file, [...lines, last].join('\n'));
  return file;
}
