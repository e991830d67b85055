import type { Ask, Decoder, Reply } from '../../../src/engine/decode/question.ts';
import { toReply } from '../../../src/engine/decode/question.ts';
import type { SlotShape } from '../../../src/engine/decode/place-documents.ts';
import type { Place, Run, Token, TokenContext, TokenLogit } from '../../../src/engine/decode/token-context.ts';
import { toBytes } from '../../../src/engine/answer/answer-state.ts';
import { createVocabulary, type Vocabulary } from '../../../src/engine/decode/vocabulary.ts';

/** Tokens that span the borders of values, as real vocabularies have them. */
const MERGES = [
  '":',
  '":"',
  '","',
  '"]',
  '"}',
  '"},{"',
  '{"',
  '["',
  '[]',
  '[{"',
  '["a',
  ']}',
  ',"',
  'null',
  'null,',
  'true',
  'false',
  'tr',
  'nu',
  'ab',
  'abc',
  '12',
  '.50',
  '12.',
  'EUR',
  ' GmbH',
  'Nord',
  'licht',
  '東京',
  '東',
  '":"N',
  '":1',
  '\\"',
  'total',
  '"a',
  '0"',
  '-1',
];

const TOY_PIECES = [
  ...Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)),
  // A control token: never written.
  undefined,
  ...MERGES.map(toBytes),
];

/** Every byte, and some longer tokens; texts are cut into the longest tokens from the left. */
export function createToyVocabulary(): Vocabulary {
  return createVocabulary(TOY_PIECES, () => []);
}

/** The scripted logits of every token behind some tokens. */
export type ToyModel = (context: readonly Token[]) => readonly number[];

/** A model whose opinion is random, and a function of the seed and the tokens before: each context has its favourites. */
export function createToyModel(seed: number): ToyModel {
  return (context) => {
    const random = mulberry32(context.reduce(mix, mix(0x9e37, seed)));
    // A few favourites in each context, as real models have them.
    const logits = TOY_PIECES.map((_, token) => -9 - ((token * 7919) % 256) / 256);
    for (let favourite = 0; favourite < 8; favourite += 1) {
      logits[Math.floor(random() * logits.length)] = Math.log(0.01 + random());
    }
    return logits;
  };
}

/** A model that is sure of one token sequence behind a prompt, and has no opinion once it was led away from it. */
export function createOracle(prompt: readonly Token[], canonical: readonly Token[]): ToyModel {
  return (context) => {
    const written = context.slice(prompt.length);
    const isFollowed = written.every((token, index) => token === canonical[index]);
    const wanted = (isFollowed ? canonical[written.length] : undefined) ?? 0;
    return TOY_PIECES.map((_, token) => (token === wanted ? 0 : -50));
  };
}

/** The probability of a token in a context; all of them sum to 1. */
export function toyProbability(model: ToyModel, context: readonly Token[], token: Token): number {
  const logits = model(context);
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
  return Math.exp(logits[token] ?? -Infinity) / total;
}

/** Drives one decoder to its end; `log` gets a line for each question, `tokens` what the slot holds in the end. */
export function runDecoder<T>(
  decoder: Decoder<T>,
  model: ToyModel,
  log: string[] = [],
): { readonly result: T; readonly tokens: readonly Token[] } {
  let tokens: readonly Token[] = [];
  let next = decoder.next();
  while (next.done !== true) {
    const { keep, append, ask } = next.value;
    if (keep > tokens.length || keep + append.length === 0) {
      throw new Error('a question about tokens that are not there');
    }
    tokens = [...tokens.slice(0, keep), ...append];
    log.push(`${ask.kind} ${append.length}`);
    next = decoder.next(replyTo(ask, model(tokens)));
  }
  return { result: next.value, tokens };
}

function replyTo(ask: Ask, logits: readonly number[]): Reply {
  switch (ask.kind) {
    case 'best':
      return toReply(rank(logits).slice(0, ask.count));
    case 'bestOf':
      return toReply(
        rank(logits)
          .filter(({ token }) => ask.tokens.includes(token))
          .slice(0, ask.count),
      );
    case 'weigh':
      return toReply(ask.tokens.map((token) => ({ token, logit: logits[token] ?? NaN })));
    case 'highest':
      return { logits: rank(logits).slice(0, 1), logTotal: toReply(rank(logits)).logTotal };
    default:
      return ask satisfies never;
  }
}

/**
 * A context over scripted logits; `log` gets a line for each evaluation: the slots and how many tokens each got, and
 * how many of them were padding. Refuses to hold more tokens than a slot has room for, their padding counted, and
 * batches of several slots that are not even.
 */
export function createToyContext(model: ToyModel, { slots, slotTokens }: SlotShape, log: string[] = []): TokenContext {
  const held = Array.from({ length: slots }, (): readonly Token[] => []);
  const tokensOf = (slot: number): readonly Token[] => held[slot] ?? [];
  return {
    slots,
    evaluate: async (runs) => {
      log.push(runs.map(toLine).join(' '));
      if (
        new Set(runs.map(sizeOf)).size !== 1 ||
        runs.some(({ slot }, index) => slot !== (runs[0]?.slot ?? 0) + index)
      ) {
        throw new Error('a batch that is not even');
      }
      for (const run of runs) {
        const { slot, tokens, asks } = run;
        if (sizeOf(run) === 0 || (asks && tokens.length === 0)) {
          throw new Error('nothing to evaluate');
        }
        if (tokensOf(slot).length + sizeOf(run) > slotTokens) {
          throw new Error('no room in the slot');
        }
        held[slot] = [...tokensOf(slot), ...tokens];
      }
      return runs.filter(({ asks }) => asks).map(({ slot }) => createPlace(model(tokensOf(slot))));
    },
    truncate: (slot, length) => {
      if (length > tokensOf(slot).length) {
        throw new Error('cannot take back what is not there');
      }
      held[slot] = tokensOf(slot).slice(0, length);
    },
    copy: async (from, to) => {
      log.push(`${from}=>${to}`);
      held[to] = tokensOf(from);
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

function sizeOf({ tokens, padding = 0 }: Run): number {
  return tokens.length + padding;
}

function toLine({ slot, tokens, asks, padding = 0 }: Run): string {
  return `${slot}+${tokens.length}${padding === 0 ? '' : `~${padding}`}${asks ? '?' : ''}`;
}

function createPlace(logits: readonly number[]): Place {
  const ask = async (question: Ask) => replyTo(question, logits);
  return {
    best: async (count) => (await ask({ kind: 'best', count })).logits,
    bestOf: async (tokens, count) => (await ask({ kind: 'bestOf', tokens, count })).logits,
    weigh: async (tokens) => (await ask({ kind: 'weigh', tokens })).logits,
    highest: async () => {
      const {
        logits: [highest = { token: -1, logit: NaN }],
        logTotal,
      } = await ask({ kind: 'highest' });
      return { ...highest, logTotal };
    },
  };
}

function rank(logits: readonly number[]): TokenLogit[] {
  return logits
    .map((logit, token) => ({ token, logit }))
    .sort((one, other) => other.logit - one.logit || one.token - other.token);
}

function mix(hash: number, value: number): number {
  return Math.imul(hash ^ value, 0x5bd1e995) ^ (hash >>> 15);
}

function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
