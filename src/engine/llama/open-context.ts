import type { LlamaContext, LlamaModel } from 'node-llama-cpp';
import { createNativeContext } from './native-context.ts';
import { isEvaluatedAlike } from './probe-context.ts';
import { createPublicContext } from './public-context.ts';
import type { LlamaSettings } from './read-llama-settings.ts';
import type { Token, TokenContext, TokenLogit } from '../decode/token-context.ts';

/** Tokens whose logits are compared. */
const COMPARED = 8;

/** A context, and how its slots are evaluated. */
export type OpenedContext = { readonly context: TokenContext; readonly evaluation: LlamaSettings['evaluation'] };

/**
 * Opens a context of so many slots and tries it out with `probe`, at least two tokens: where the native calls do not
 * give what the published ones give, slots are evaluated apart. Undefined where the model gives no logits that differ.
 */
export async function openContext(
  model: LlamaModel,
  slots: number,
  settings: LlamaSettings,
  probe: readonly Token[],
): Promise<OpenedContext | undefined> {
  await using resources = new AsyncDisposableStack();
  const opened = resources.use(await createContext(model, slots, settings));
  const logits = await evaluatePublicly(opened, probe);
  if (!isUsable(logits)) {
    return undefined;
  }
  const native = settings.evaluation === 'together' ? createNativeContext(opened) : undefined;
  const isKnown = native !== undefined && (await isEvaluatedAlike(native, probe, logits));
  resources.move();
  return isKnown
    ? { context: native, evaluation: 'together' }
    : { context: createPublicContext(opened), evaluation: 'apart' };
}

async function evaluatePublicly(opened: LlamaContext, text: readonly Token[]): Promise<readonly TokenLogit[]> {
  const published = createPublicContext(opened);
  const [place] = await published.evaluate([{ slot: 0, tokens: text, asks: true }]);
  const logits = await place?.best(COMPARED);
  await published.release();
  return logits ?? [];
}

/** Exactly what the settings say, or an error. */
async function createContext(
  model: LlamaModel,
  slots: number,
  { contextTokens, batchTokens, flashAttention, threads }: LlamaSettings,
): Promise<LlamaContext> {
  return model.createContext({
    contextSize: contextTokens,
    batchSize: batchTokens,
    sequences: slots,
    threads: { ideal: threads, min: threads },
    flashAttention,
    // Without it a model with a sliding window could not be taken back to the end of the prompt's prefix.
    swaFullCache: true,
    // A smaller context would change answers without a word.
    failedCreationRemedy: false,
  });
}

function isUsable(logits: readonly TokenLogit[]): boolean {
  return new Set(logits.map(({ logit }) => logit)).size > 1 && logits.every(({ logit }) => Number.isFinite(logit));
}
