import { GgmlType, type GgufFileInfo } from 'node-llama-cpp';
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { type Bytes, toBytes } from '../answer/answer-state.ts';
import { type Canary, parseCanaries } from '../decode/canaries.ts';
import { fitsHeader } from './fits-header.ts';
import { type ModelShape, shapeSchema } from './model-shape.ts';
import { type GgufHeader, type GgufValue, readGgufHeader } from './read-gguf-header.ts';

/** What the header of a model file says about its matrices. */
export type ModelHeader = {
  readonly shape: ModelShape;
  /** How the matrix is stored that makes logits: the output matrix, or the embedding where they are one. */
  readonly headType: string | undefined;
  /** Texts that the model is known to continue in one way; none where whoever made the file wrote none. */
  readonly canaries: readonly Canary[];
};

/** What the header of a model file says about its tokens. */
export type ModelTokens = {
  /** The bytes of each token; undefined for control tokens and ids that are never written. */
  readonly pieces: readonly (Bytes | undefined)[];
  /** Control tokens by name. */
  readonly controls: ReadonlyMap<string, number>;
};

/** Where a file has its canaries, as JSON; `finetune/parity/canaries.py` chooses them. */
const CANARIES_KEY = 'docmill.canaries';

/** The control tokens of the prompt. */
const NEEDED = ['<bos>', '<start_of_turn>', '<end_of_turn>'];

/** Kinds of tokens in a GGUF vocabulary. */
const KIND = { normal: 1, control: 3, userDefined: 4, byte: 6 };

/** What is read of the tokens; a file may say anything, whatever the types of the reader promise. */
const tokensSchema = z
  .object({ tokens: z.array(z.string()), token_type: z.array(z.number()) })
  .refine(({ tokens, token_type: kinds }) => tokens.length === kinds.length);

const DAMAGED = 'is damaged; get the file again';
const NO_VOCABULARY = 'is damaged or has no SentencePiece vocabulary; get the file again, or use a Gemma 3 model';

/** Reads the header of a GGUF file but its vocabulary; `MODEL_INVALID` unless it is of a model of the Gemma family. */
export function readModelHeader(path: string): ModelHeader {
  const { values, tensors } = readHeader(path);
  const architecture = values.get('general.architecture');
  if (typeof architecture !== 'string') {
    throw unusable(path, DAMAGED);
  }
  if (!architecture.startsWith('gemma')) {
    throw unusable(path, `has the architecture \`${architecture}\`; use a model of the Gemma family`);
  }
  const shape = shapeSchema.safeParse(nest(values, `${architecture}.`));
  if (!shape.success || values.get('tokenizer.ggml.model') !== 'llama') {
    throw unusable(path, NO_VOCABULARY, shape.error);
  }
  if (!fitsHeader({ values, tensors }, architecture, shape.data)) {
    throw unusable(path, DAMAGED);
  }
  const head = ['output.weight', 'token_embd.weight'].map((name) => tensors.find((tensor) => tensor.name === name));
  const headType = head.find((tensor) => tensor !== undefined)?.type;
  return {
    shape: shape.data,
    headType: headType === undefined ? undefined : GgmlType[headType],
    canaries: readCanaries(path, values.get(CANARIES_KEY)),
  };
}

function readCanaries(path: string, value: GgufValue | undefined): readonly Canary[] {
  if (value === undefined) {
    return [];
  }
  const canaries = parseCanaries(String(value));
  if (canaries === undefined) {
    throw unusable(path, `has canaries that cannot be read; get the file again, or a newer docmill`);
  }
  return canaries;
}

function readHeader(path: string): GgufHeader {
  try {
    return readGgufHeader(path);
  } catch (cause) {
    throw unusable(path, DAMAGED, cause);
  }
}

/** The values below a prefix, with those of `attention` in an object of their own. */
function nest(values: ReadonlyMap<string, GgufValue>, prefix: string): object {
  const below = (start: string): [string, GgufValue][] =>
    [...values].flatMap(([name, value]) => (name.startsWith(start) ? [[name.slice(start.length), value]] : []));
  return { ...Object.fromEntries(below(prefix)), attention: Object.fromEntries(below(`${prefix}attention.`)) };
}

/** The tokens of a whole header; `MODEL_INVALID` unless they can write any text and the prompt. */
export function readModelTokens(path: string, header: Pick<GgufFileInfo, 'metadata'>): ModelTokens {
  const ggml = tokensSchema.safeParse(header.metadata.tokenizer?.ggml);
  if (!ggml.success) {
    throw unusable(path, NO_VOCABULARY, ggml.error);
  }
  const { tokens, token_type: kinds } = ggml.data;
  const controls = new Map(tokens.flatMap((name, id) => (kinds[id] === KIND.control ? [[name, id] as const] : [])));
  const missing = NEEDED.find((name) => !controls.has(name));
  if (missing !== undefined) {
    throw unusable(path, `has no token \`${missing}\`; use an instruction-tuned model of the Gemma family`);
  }
  const pieces = tokens.map((name, id) => toPiece(name, kinds[id]));
  if (new Set(pieces.filter((piece) => piece?.length === 1)).size < 256) {
    throw unusable(path, 'has no tokens for single bytes; use a model of the Gemma family');
  }
  return { controls, pieces };
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
