import { type GgufFileInfo, readGgufFileInfo } from 'node-llama-cpp';
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { type Bytes, toBytes } from './answer-state.ts';

/** What the header of a model file says that docmill needs. */
export type ModelFile = {
  /** Tokens that the model was trained to see at once. */
  readonly trainContextTokens: number;
  /** The bytes of each token; undefined for control tokens and ids that are never written. */
  readonly pieces: readonly (Bytes | undefined)[];
  /** Control tokens by name. */
  readonly controls: ReadonlyMap<string, number>;
};

/** The control tokens of the prompt. */
const NEEDED = ['<bos>', '<start_of_turn>', '<end_of_turn>'];

/** Kinds of tokens in a GGUF vocabulary. */
const KIND = { normal: 1, control: 3, userDefined: 4, byte: 6 };

/** What is read of a header; a file may say anything, whatever the types of the reader promise. */
const generalSchema = z.object({ general: z.object({ architecture: z.string() }) });
const tokenizerSchema = z
  .object({ model: z.literal('llama'), tokens: z.array(z.string()), token_type: z.array(z.number()) })
  .refine(({ tokens, token_type: kinds }) => tokens.length === kinds.length);
const gemmaSchema = z.object({
  metadata: z.object({ tokenizer: z.object({ ggml: tokenizerSchema }) }),
  architectureMetadata: z.object({ context_length: z.int().min(1) }),
});

/** Reads the header of a GGUF file; `MODEL_INVALID` unless it is a whole header of a model of the Gemma family. */
export async function readModelFile(path: string): Promise<ModelFile> {
  const header = await readHeader(path);
  const { general } = generalSchema.parse(header.metadata);
  if (!general.architecture.startsWith('gemma')) {
    throw unusable(path, `has the architecture \`${general.architecture}\`; use a model of the Gemma family`);
  }
  const gemma = gemmaSchema.safeParse(header);
  if (!gemma.success) {
    throw unusable(
      path,
      'is damaged or has no SentencePiece vocabulary; get the file again, or use a Gemma 3 model',
      gemma.error,
    );
  }
  const { metadata, architectureMetadata } = gemma.data;
  const { tokens, token_type: kinds } = metadata.tokenizer.ggml;
  const controls = new Map(tokens.flatMap((name, id) => (kinds[id] === KIND.control ? [[name, id] as const] : [])));
  const missing = NEEDED.find((name) => !controls.has(name));
  if (missing !== undefined) {
    throw unusable(path, `has no token \`${missing}\`; use an instruction-tuned model of the Gemma family`);
  }
  const pieces = tokens.map((name, id) => toPiece(name, kinds[id]));
  if (new Set(pieces.filter((piece) => piece?.length === 1)).size < 256) {
    throw unusable(path, 'has no tokens for single bytes; use a model of the Gemma family');
  }
  return { trainContextTokens: architectureMetadata.context_length, controls, pieces };
}

async function readHeader(path: string): Promise<GgufFileInfo> {
  try {
    const header = await readGgufFileInfo(path, {
      sourceType: 'filesystem',
      readTensorInfo: false,
      logWarnings: false,
    });
    generalSchema.parse(header.metadata);
    return header;
  } catch (cause) {
    throw unusable(path, 'is damaged; get the file again', cause);
  }
}

/** The error for a model file that cannot be used: `problem` says why and what to do. */
export function unusable(path: string, problem: string, cause?: unknown): AppError {
  return new AppError('MODEL_INVALID', `Model \`${path}\` ${problem}.`, { cause });
}

function toPiece(name: string, kind: number | undefined): Bytes | undefined {
  if (kind === KIND.byte) {
    return String.fromCharCode(Number.parseInt(name.slice(3, 5), 16));
  }
  // SentencePiece writes a space as U+2581.
  return kind === KIND.normal || kind === KIND.userDefined ? toBytes(name.replaceAll('\u2581', ' ')) : undefined;
}
