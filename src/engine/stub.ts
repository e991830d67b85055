import { setTimeout as sleep } from 'node:timers/promises';
import type { ChunkResult } from '../../schemas/answer.ts';
import type { JsonValue } from '../../schemas/json.ts';
import type { ModelIdentity } from '../../schemas/run.ts';
import { sha256Of } from '../sha256.ts';
import { canonicalJson } from '../task/canonical-json.ts';
import type { CompiledTask } from '../task/field.ts';
import type { Engine, Model } from './engine.ts';
import { settingsRefused } from './settings-refused.ts';
import { answerFromHash } from './stub-answer.ts';

const VERSION = 'docmill stub v1';

export const STUB_IDENTITY: ModelIdentity = {
  name: 'stub:',
  sha256: sha256Of(VERSION),
};

export const STUB_SETTINGS: Readonly<Record<string, JsonValue>> = { engine: 'stub' };

const MAX_CHUNK_TOKENS = 1024;

/**
 * The model for tests and demonstrations of everything but quality: answers follow from hashes of the text alone, fit
 * any schema, and stand in the text where they must. `delayMs` per chunk changes time, never bytes.
 */
export function createStubModel(delayMs: number): Model {
  return {
    identity: STUB_IDENTITY,
    settings: STUB_SETTINGS,
    countTokens,
    openTask: async (task, { settings = STUB_SETTINGS, run } = {}) => {
      if (canonicalJson(settings) !== canonicalJson(STUB_SETTINGS)) throw settingsRefused(run, settings, STUB_SETTINGS);
      return openStubTask(task, delayMs);
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

function openStubTask(task: CompiledTask, delayMs: number): Engine {
  return {
    maxChunkTokens: MAX_CHUNK_TOKENS,
    answerAll: async (chunks, signal) => {
      const results: ChunkResult[] = [];
      for (const { text } of chunks) {
        signal.throwIfAborted();
        if (delayMs > 0) {
          await pause(delayMs, signal);
        }
        results.push(answerChunk(task, text));
      }
      return results;
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

/** Waits, and throws the signal's own reason as `answerAll` promises; a plain timer would throw an `AbortError`. */
async function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  await sleep(delayMs, undefined, { signal }).catch(() => {});
  signal.throwIfAborted();
}

function answerChunk(task: CompiledTask, text: string): ChunkResult {
  const tokens = countTokens(text);
  if (tokens > MAX_CHUNK_TOKENS) {
    const message = `The chunk has ${tokens} tokens, more than the ${MAX_CHUNK_TOKENS} that fit the model.`;
    return { status: 'failed', failure: { code: 'TOO_LONG', message } };
  }
  return { status: 'answered', answer: answerFromHash(task.output, text) };
}

function countTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 4);
}
