import { z } from 'zod';
import { commonLength } from './score-alternatives.ts';
import type { Place, Token, TokenContext } from './token-context.ts';

/** A text of tokens that the model was sure to continue in one way when its file was made. */
export type Canary = { readonly tokens: readonly Token[]; readonly places: readonly CanaryPlace[] };

/**
 * Behind `tokens.slice(0, at)` the most probable token was `tokens[at]`, and its logit was `margin` above that of the
 * next best one, `rival`.
 */
type CanaryPlace = { readonly at: number; readonly rival: Token; readonly margin: number };

/** Other settings and batches change a margin by less than a fifth of this, a matrix that lost an eighth by more. */
const TOLERANCE = 0.5;

const token = z.int().min(0);
const placeSchema = z.object({ at: z.int().min(1), rival: token, margin: z.number() });
const canarySchema = z
  .object({ tokens: z.array(token), places: z.array(placeSchema).min(1) })
  .refine(({ tokens, places }) =>
    places.every(
      ({ at, rival }, index) => at < tokens.length && at > (places[index - 1]?.at ?? 0) && rival !== tokens[at],
    ),
  );
const canariesSchema = z.object({ version: z.literal(1), canaries: z.array(canarySchema) });

/** The canaries of a model file as its header has them; undefined for what are none of a known version. */
export function parseCanaries(json: string): readonly Canary[] | undefined {
  try {
    return canariesSchema.parse(JSON.parse(json)).canaries;
  } catch {
    return undefined;
  }
}

/**
 * How many canaries the model does not continue as it did. Canaries that are longer than a slot are passed over. The
 * first slot must be empty, and is empty afterwards.
 */
export async function countWrongCanaries(
  context: TokenContext,
  canaries: readonly Canary[],
  { contextTokens, batchTokens }: { readonly contextTokens: number; readonly batchTokens: number },
): Promise<number> {
  let held: readonly Token[] = [];
  let wrong = 0;
  for (const { tokens, places } of canaries.filter((canary) => canary.tokens.length <= contextTokens)) {
    // Prompts of a task begin alike, and reading them is what takes time.
    let length = Math.min(commonLength([held, tokens]), (places[0]?.at ?? 1) - 1);
    context.truncate(0, length);
    for (const { at, rival, margin } of places) {
      const place = await readTo(context, tokens.slice(length, at), batchTokens);
      length = at;
      if (!(await isAsWritten(place, tokens[at] ?? rival, { rival, margin }))) {
        wrong += 1;
        break;
      }
    }
    held = tokens.slice(0, length);
  }
  context.truncate(0, 0);
  return wrong;
}

/** Appends tokens, at least one, to the first slot; the place behind them. */
async function readTo(context: TokenContext, tokens: readonly Token[], batchTokens: number): Promise<Place> {
  for (let from = 0; from < tokens.length; from += batchTokens) {
    const asks = from + batchTokens >= tokens.length;
    const [place] = await context.evaluate([{ slot: 0, tokens: tokens.slice(from, from + batchTokens), asks }]);
    if (place !== undefined) {
      return place;
    }
  }
  throw new Error('the context gave no place behind a canary');
}

async function isAsWritten(
  place: Place,
  expected: Token,
  { rival, margin }: Pick<CanaryPlace, 'rival' | 'margin'>,
): Promise<boolean> {
  const [best] = await place.best(1);
  if (best?.token !== expected) {
    return false;
  }
  const [own, other] = await place.weigh([expected, rival]);
  const difference = (own?.logit ?? NaN) - (other?.logit ?? NaN);
  // Not a number is no small difference.
  return Math.abs(difference - margin) <= TOLERANCE;
}
