import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { getLlama, type Llama, LlamaLogLevel, type LlamaModel } from 'node-llama-cpp';
import { type Canary, countWrongCanaries } from '../decode/canaries.ts';
import { keepSlots, type KeptSlots, type OpenedSlots } from '../decode/keep-slots.ts';
import { modelParts } from '../model-parts.ts';
import { readModelHeader, readModelTokens, unusable } from './model-file.ts';
import { requireMemory } from './model-memory.ts';
import { keyValueBytes, type ModelShape } from './model-shape.ts';
import { openContext, type OpenedContext } from './open-context.ts';
import type { LlamaParts } from './open-llama-engine.ts';
import { type LlamaChoices, type LlamaSettings, toLlamaSettings } from './read-llama-settings.ts';
import type { SlotShape } from '../decode/place-documents.ts';
import type { Token, TokenContext } from '../decode/token-context.ts';
import { tokenizeText } from './tokenize-text.ts';
import { createVocabulary } from '../decode/vocabulary.ts';

/** Parts with the slots that belong to them. */
type OwnedParts = LlamaParts & AsyncDisposable;

export type LoadedParts = OwnedParts & {
  /** The most tokens of a slot that the model was made for. */
  readonly contextLimit: number;
  /** The same model with slots of its own under other settings. */
  readonly withSettings: (settings: LlamaSettings) => OwnedParts;
};

/**
 * Loads a model file with the prebuilt binaries, on the CPU. Throws `MODEL_INVALID` for a file that cannot be loaded, that
 * this machine has no memory for, that gives no probabilities, or that does not continue its canaries as it did.
 */
export async function openLlamaParts(path: string, choices: LlamaChoices = {}): Promise<LoadedParts> {
  await using resources = new AsyncDisposableStack();
  const { shape, headType, canaries } = readModelHeader(path);
  requireMemory(path, await weightBytes(path), 'its weights');
  const llama = await openLlama().catch((cause: unknown) => {
    throw unusable(path, 'finds no prebuilt engine for this machine; install with optional dependencies', cause);
  });
  resources.defer(() => llama.dispose());
  // Matrices of this type are stored again in another order, and to map the file as well would keep both in memory.
  const useMmap = headType !== 'Q4_0';
  const model = await llama.loadModel({ modelPath: path, gpuLayers: 0, useMmap }).catch((cause: unknown) => {
    throw unusable(path, 'cannot be loaded; it may be cut short, get the file again', cause);
  });
  resources.defer(() => model.dispose());
  const tokenize = (text: string) => tokenizeText(model, text);
  const wanted = await toLlamaSettings(shape, headType, choices);
  const opener = { path, model, shape, probe: tokenize(PROBE) };
  const first: SlotShape = { slots: 1, slotTokens: wanted.contextTokens };
  const { context, evaluation } = await openModelContext(opener, wanted, first);
  if (evaluation !== (choices.evaluation ?? 'together')) {
    process.emitWarning(SLOW);
  }
  const { pieces, controls } = readModelTokens(path, model.fileInfo);
  const vocabulary = createVocabulary(pieces, tokenize);
  const withSettings = (settings: LlamaSettings, opened?: OpenedSlots): OwnedParts => {
    const slots = keepModelSlots(opener, settings, opened);
    const dispose = slots[Symbol.asyncDispose];
    return { openSlots: slots.get, vocabulary, tokenize, controls, settings, [Symbol.asyncDispose]: dispose };
  };
  const own = resources.use(withSettings({ ...wanted, evaluation }, { shape: first, context }));
  await requireCanaries(path, { context, canaries, vocabulary: pieces.length, settings: wanted });
  const owned = resources.move();
  return {
    ...own,
    contextLimit: shape.context_length,
    withSettings: (settings) => withSettings(settings),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

type Asked = {
  readonly context: TokenContext;
  readonly canaries: readonly Canary[];
  readonly vocabulary: number;
  readonly settings: LlamaSettings;
};

/** Finds weights that are damaged or were rounded wrongly, and a model that is not the one that was exported. */
async function requireCanaries(path: string, { context, canaries, vocabulary, settings }: Asked): Promise<void> {
  // The native library would end the process over a token that there is not.
  const isKnown = (token: Token): boolean => token < vocabulary;
  if (!canaries.every(({ tokens, places }) => [...tokens, ...places.map(({ rival }) => rival)].every(isKnown))) {
    throw unusable(path, 'has canaries of another vocabulary; get the file again, or export it anew');
  }
  const wrong = await countWrongCanaries(context, canaries, settings);
  if (wrong > 0) {
    throw unusable(
      path,
      `does not continue ${wrong} of its ${canaries.length} canaries as it did when it was exported; get the file again, or export it anew`,
    );
  }
}

/** Of all parts of a split file; it holds little but weights. */
async function weightBytes(path: string): Promise<number> {
  const parts = await Promise.all(modelParts(path).map((part) => stat(part)));
  return parts.reduce((sum, { size }) => sum + size, 0);
}

/** A text of any kind, to see whether the model can be evaluated. */
const PROBE = 'Invoice 4711 of 3 May: 12 chairs, total 1,204.50 EUR.';

const SLOW =
  'This node-llama-cpp is not the one that docmill knows: documents are answered one after another, and slower; install the locked version.';

type Opener = {
  readonly path: string;
  readonly model: LlamaModel;
  readonly shape: ModelShape;
  readonly probe: readonly Token[];
};

/** The slots of a model under some settings, of which the first may be open. */
function keepModelSlots(opener: Opener, settings: LlamaSettings, first?: OpenedSlots): KeptSlots {
  const open = async (shape: SlotShape): Promise<TokenContext> => {
    const { context, evaluation } = await openModelContext(opener, settings, shape);
    if (evaluation === settings.evaluation) {
      return context;
    }
    await context[Symbol.asyncDispose]();
    throw unusable(
      opener.path,
      `cannot be evaluated in ${shape.slots} slots together on this machine; set \`slots\` to 1`,
    );
  };
  return keepSlots(settings.batchTokens, open, first);
}

/** A machine without the memory for the slots is said before they are opened. */
async function openModelContext(
  { path, model, shape, probe }: Opener,
  settings: LlamaSettings,
  { slots, slotTokens }: SlotShape,
): Promise<OpenedContext> {
  const what = `${slots === 1 ? 'a slot' : `${slots} slots`} of ${slotTokens} tokens`;
  requireMemory(path, slots * slotTokens * keyValueBytes(shape), what);
  const opened = await openContext(model, slots, { ...settings, contextTokens: slotTokens }, probe).catch(
    (cause: unknown) => {
      throw unusable(path, `finds no room for ${what} on this machine; free some memory`, cause);
    },
  );
  if (opened === undefined) {
    throw unusable(path, 'gives no probabilities; it is damaged, get the file again');
  }
  return opened;
}

/** Never builds, downloads or logs anything: what goes wrong is thrown. */
async function openLlama(): Promise<Llama> {
  return getLlama({
    build: 'never',
    gpu: false,
    maxThreads: availableParallelism(),
    skipDownload: true,
    progressLogs: false,
    logLevel: LlamaLogLevel.disabled,
  });
}
