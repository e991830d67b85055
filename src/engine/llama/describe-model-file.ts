import { sha256Of } from '../../sha256.ts';
import { GgmlType, readGgufFileInfo } from 'node-llama-cpp';
import { z } from 'zod';
import { unusable } from './model-file.ts';
import { BATCH_TOKENS } from './open-llama-parts.ts';
import { toLlamaSettings } from './read-llama-settings.ts';

/** What the header of a GGUF file says about the model; null where it does not say it. */
export type ModelFileFacts = {
  readonly architecture: string;
  readonly parameters: number;
  readonly vocabulary: { readonly kind: string | null; readonly tokens: number | null };
  readonly chatTemplateSha256: string | null;
  readonly quantization: {
    /** Number of tensors of each type. */
    readonly tensors: Readonly<Record<string, number>>;
    readonly embedding: string | null;
  };
  readonly trainContextTokens: number | null;
  /** Estimated bytes of one worker. */
  readonly memory: ModelMemory | null;
};

/** `weights`: all tensors; `keyValueCache`: keys and values of the whole context; `logits`: of one batch. */
type ModelMemory = {
  readonly contextTokens: number;
  readonly weights: number;
  readonly keyValueCache: number;
  readonly logits: number;
  readonly total: number;
};

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
  }),
  fullTensorInfo: z.array(z.object({ name: z.string(), dimensions: z.array(count), ggmlType: z.number() })),
});
const shapeSchema = z.object({
  context_length: count.min(1),
  block_count: count,
  embedding_length: count,
  attention: z.object({
    head_count: count.min(1),
    head_count_kv: count.optional(),
    key_length: count.optional(),
    value_length: count.optional(),
  }),
});

/** Reads the whole header of a GGUF file of any architecture; throws `MODEL_INVALID` for one that is damaged. */
export async function describeModelFile(path: string, fileBytes: number): Promise<ModelFileFacts> {
  const { metadata, tensors, shape } = await readHeader(path);
  const { ggml, chat_template: template } = metadata.tokenizer;
  const embedding = tensors.find(({ name }) => name === 'token_embd.weight');
  const tokens = ggml.tokens?.length ?? embedding?.dimensions[1] ?? null;
  return {
    architecture: metadata.general.architecture,
    parameters: tensors.reduce((sum, { dimensions }) => sum + dimensions.reduce((size, one) => size * one, 1), 0),
    vocabulary: { kind: ggml.model, tokens },
    chatTemplateSha256: template === null ? null : sha256Of(template),
    quantization: {
      tensors: countTypes(tensors.map(({ ggmlType }) => typeName(ggmlType))),
      embedding: embedding === undefined ? null : typeName(embedding.ggmlType),
    },
    trainContextTokens: shape?.context_length ?? null,
    memory: shape === undefined ? null : estimateMemory(shape, { weights: fileBytes, tokens: tokens ?? 0 }),
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

function typeName(type: number): string {
  return GgmlType[type] ?? `type ${type}`;
}

function countTypes(types: readonly string[]): Record<string, number> {
  const counts = [...Map.groupBy(types, (type) => type)].map(([type, all]) => [type, all.length] as const);
  return Object.fromEntries(counts.toSorted(([, one], [, other]) => other - one));
}

const F16_BYTES = 2;
const F32_BYTES = 4;

/**
 * weights = size of the file, which holds little else; keys and values = context · layers · KV heads · (key + value
 * length) · 2 bytes, for every layer, because the engine keeps sliding windows whole; logits = batch · vocabulary · 4.
 */
function estimateMemory(
  shape: z.infer<typeof shapeSchema>,
  { weights, tokens }: { readonly weights: number; readonly tokens: number },
): ModelMemory {
  const { contextTokens } = toLlamaSettings(shape.context_length);
  const { attention } = shape;
  const headLength = Math.floor(shape.embedding_length / attention.head_count);
  const lengths = (attention.key_length ?? headLength) + (attention.value_length ?? headLength);
  const heads = attention.head_count_kv ?? attention.head_count;
  const keyValueCache = contextTokens * shape.block_count * heads * lengths * F16_BYTES;
  const logits = Math.min(BATCH_TOKENS, contextTokens) * tokens * F32_BYTES;
  return { contextTokens, weights, keyValueCache, logits, total: weights + keyValueCache + logits };
}
