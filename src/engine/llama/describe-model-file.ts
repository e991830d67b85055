import type { Sha256 } from '../../../schemas/ids.ts';
import { sha256Of } from '../../sha256.ts';
import { GgmlType, readGgufFileInfo } from 'node-llama-cpp';
import { z } from 'zod';
import { parseCanaries } from '../decode/canaries.ts';
import { unusable } from './model-file.ts';
import { estimateMemory, type ModelMemory } from './model-memory.ts';
import { type ModelShape, shapeSchema } from './model-shape.ts';
import { toLlamaSettings } from './read-llama-settings.ts';

/** What the header of a GGUF file says about the model; null where it does not say it. */
export type ModelFileFacts = {
  readonly architecture: string;
  readonly parameters: number;
  readonly vocabulary: { readonly kind: string | null; readonly tokens: number | null };
  readonly chatTemplate: ChatTemplate | null;
  readonly quantization: {
    /** The type that most of the weights have. */
    readonly main: string | null;
    /** Number of tensors of each type. */
    readonly tensors: Readonly<Record<string, number>>;
    readonly embedding: string | null;
  };
  readonly trainContextTokens: number | null;
  /** Whether every matrix begins within the files; the end of the last one is seen by loading it alone. */
  readonly whole: boolean;
  /** Texts that it must continue as it did when the file was made. */
  readonly canaries: number;
  /** Estimated bytes of one worker. */
  readonly memory: ModelMemory | null;
};

/** `gemmaTurns`: it writes the turns that docmill's prompts have, so the model was made for them. */
type ChatTemplate = { readonly sha256: Sha256; readonly gemmaTurns: boolean };

const EMBEDDING = 'token_embd.weight';

const count = z.coerce.number().int().min(0);
const headerSchema = z.object({
  metadata: z.object({
    general: z.object({ architecture: z.string() }),
    tokenizer: z
      .object({
        ggml: z
          .object({ model: z.string().nullable().default(null), tokens: z.array(z.unknown()).nullable().default(null) })
          .prefault({}),
        chat_template: z.string().nullable().default(null),
      })
      .prefault({}),
    docmill: z
      .object({
        canaries: z
          .string()
          .default('')
          .transform((json) => parseCanaries(json)?.length ?? 0),
      })
      .prefault({}),
  }),
  fullTensorInfo: z.array(
    z.object({
      name: z.string(),
      dimensions: z.array(count),
      ggmlType: z.number(),
      fileOffset: count,
      filePart: z.number(),
    }),
  ),
});
/** Reads the whole header of a GGUF file of any architecture; throws `MODEL_INVALID` for one that is damaged. */
export async function describeModelFile(
  path: string,
  parts: readonly { readonly bytes: number }[],
): Promise<ModelFileFacts> {
  const { metadata, tensors, shape } = await readHeader(path);
  const { ggml, chat_template: template } = metadata.tokenizer;
  const fileBytes = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  const embedding = tensors.find(({ name }) => name === EMBEDDING);
  const tokens = ggml.tokens?.length ?? embedding?.dimensions[1] ?? null;
  return {
    architecture: metadata.general.architecture,
    parameters: tensors.reduce((sum, tensor) => sum + sizeOf(tensor), 0),
    vocabulary: { kind: ggml.model, tokens },
    chatTemplate:
      template === null
        ? null
        : { sha256: sha256Of(template), gemmaTurns: TURNS.every((turn) => template.includes(turn)) },
    quantization: {
      main: mainType(tensors),
      tensors: countTypes(tensors.map(({ ggmlType }) => typeName(ggmlType))),
      embedding: embedding === undefined ? null : typeName(embedding.ggmlType),
    },
    trainContextTokens: shape?.context_length ?? null,
    whole: tensors.every(({ fileOffset, filePart }) => fileOffset < (parts[filePart - 1]?.bytes ?? 0)),
    canaries: metadata.docmill.canaries,
    memory:
      shape === undefined ? null : await memoryOf(shape, tensors, { weights: fileBytes, vocabulary: tokens ?? 0 }),
  };
}

async function readHeader(path: string) {
  try {
    const header = await readGgufFileInfo(path, { sourceType: 'filesystem', logWarnings: false });
    const { metadata, fullTensorInfo: tensors } = headerSchema.parse(header);
    return { metadata, tensors, shape: shapeSchema.safeParse(header.architectureMetadata).data };
  } catch (cause) {
    throw unusable(path, 'is damaged; get the file again', cause);
  }
}

const TURNS = ['<start_of_turn>', '<end_of_turn>'];

type Tensor = z.infer<typeof headerSchema>['fullTensorInfo'][number];

function sizeOf({ dimensions }: Tensor): number {
  return dimensions.reduce((size, one) => size * one, 1);
}

function mainType(tensors: readonly Tensor[]): string | null {
  const weights = [...Map.groupBy(tensors, ({ ggmlType }) => ggmlType)].map(
    ([type, all]) => [type, all.reduce((sum, tensor) => sum + sizeOf(tensor), 0)] as const,
  );
  const [most] = weights.toSorted(([, one], [, other]) => other - one);
  return most === undefined ? null : typeName(most[0]);
}

async function memoryOf(
  shape: ModelShape,
  tensors: readonly Tensor[],
  sizes: Parameters<typeof estimateMemory>[1],
): Promise<ModelMemory> {
  const head = tensors.find(({ name }) => name === 'output.weight') ?? tensors.find(({ name }) => name === EMBEDDING);
  const settings = await toLlamaSettings(shape, head === undefined ? undefined : typeName(head.ggmlType));
  return estimateMemory(shape, sizes, settings);
}

function typeName(type: number): string {
  return GgmlType[type] ?? `type ${type}`;
}

function countTypes(types: readonly string[]): Record<string, number> {
  const counts = [...Map.groupBy(types, (type) => type)].map(([type, all]) => [type, all.length] as const);
  return Object.fromEntries(counts.toSorted(([, one], [, other]) => other - one));
}
