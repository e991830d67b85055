import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readGgufFileInfo } from 'node-llama-cpp';
import { z } from 'zod';
import { toGguf } from './gguf.ts';
import { type Piece, toTokenizerJson } from './tokenizer-json.ts';

const bundle = join(import.meta.dirname, '../../../node_modules/node-llama-cpp/llama/gitRelease.bundle');
const VOCABULARY = 'models/ggml-vocab-gemma-4.gguf';

/** Kinds of tokens in a GGUF file. */
const KIND = { normal: 1, control: 3, userDefined: 4, byte: 6 };

const tokenizerSchema = z.object({
  tokens: z.array(z.string()),
  token_type: z.array(z.number()),
  merges: z.array(z.string()),
});

/** Control tokens that have another name in Gemma 4. */
const names = new Map([
  ['<|turn>', '<start_of_turn>'],
  ['<turn|>', '<end_of_turn>'],
]);

/**
 * Gemma's whole vocabulary of 262,144 pieces, from llama.cpp's source inside node-llama-cpp, in the two forms in which
 * Gemma 3 has it: `gguf`, a model file whose pieces llama.cpp joins by score, and `folder`, a Hugging Face tokenizer
 * that joins by a list of merges. The source is Gemma 4's, which differs by the names of control tokens alone.
 */
export async function writeGemmaVocabulary(
  directory: string,
): Promise<{ readonly gguf: string; readonly folder: string }> {
  const source = join(directory, 'gemma-4.gguf');
  await unpack(directory, source);
  const { metadata } = await readGgufFileInfo(source, { sourceType: 'filesystem', readTensorInfo: false });
  const { tokens, token_type: kinds, merges } = tokenizerSchema.parse(metadata.tokenizer.ggml);
  const pieces = tokens.map((token, id) => toPiece(names.get(token) ?? token, kinds[id]));
  const gguf = join(directory, 'gemma.gguf');
  await writeFile(gguf, toGguf({ ...toStored(pieces), scores: scoresOf(tokens, merges) }));
  const folder = join(directory, 'gemma');
  await mkdir(folder);
  await writeFile(join(folder, 'tokenizer.json'), toTokenizerJson(pieces, merges));
  await writeFile(join(folder, 'tokenizer_config.json'), JSON.stringify({ tokenizer_class: 'GemmaTokenizer' }));
  return { gguf, folder };
}

async function unpack(directory: string, file: string): Promise<void> {
  const run = promisify(execFile);
  const repository = join(directory, 'llama.cpp.git');
  await run('git', ['clone', '--quiet', '--bare', bundle, repository]);
  const shown = await run('git', ['--git-dir', repository, 'show', `HEAD:${VOCABULARY}`], {
    encoding: 'buffer',
    maxBuffer: 1 << 28,
  });
  await writeFile(file, shown.stdout);
}

/** Gemma 3 also has unused tokens, runs of white space and HTML tags as added tokens, and does not call them special. */
function toPiece(text: string, kind: number | undefined): Piece {
  if (kind === KIND.byte) return { text, kind: 'byte' };
  if (kind !== KIND.normal) return { text, kind: 'special' };
  const isAdded = /^(\[multimodal\]|<unused\d+>|\n+|\u2581{2,}|<\/?(?!0x)[a-z0-9]+>)$/.test(text);
  return { text, kind: isAdded ? 'added' : 'normal' };
}

/** What llama.cpp's converter makes of the pieces: unused tokens are control tokens, added ones have real spaces. */
function toStored(pieces: readonly Piece[]): { readonly tokens: string[]; readonly kinds: number[] } {
  const stored = { normal: KIND.normal, byte: KIND.byte, special: KIND.control, added: KIND.userDefined };
  return {
    tokens: pieces.map(({ text, kind }) => (kind === 'added' ? text.replaceAll('\u2581', ' ') : text)),
    kinds: pieces.map(({ text, kind }) => (text.startsWith('<unused') ? KIND.control : stored[kind])),
  };
}

/** Pieces are joined in the order of the merges that make them; the source itself has no scores. */
function scoresOf(tokens: readonly string[], merges: readonly string[]): number[] {
  const rank = new Map<string, number>();
  for (const [index, merge] of merges.entries()) {
    const piece = merge.replace(' ', '');
    if (!rank.has(piece)) rank.set(piece, index);
  }
  return tokens.map((token) => -(rank.get(token) ?? merges.length));
}
