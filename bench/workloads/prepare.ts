import { getLlama, LlamaLogLevel, type Token } from 'node-llama-cpp';
import type { PromptSegment } from '../../src/task/prompt.ts';
import { promptFrame } from '../../src/task/prompt.ts';
import { toPeerSchema } from '../sides/peer-schema.ts';
import { writeText } from '../../src/bench/write-text.ts';
import type { Prepared } from '../sides/side.ts';
import type { Workload, WorkloadDocument } from './workload.ts';

export type BenchVocabulary = AsyncDisposable & {
  readonly countTokens: (text: string) => number;
  /** A workload in the very tokens that docmill's engine reads. */
  readonly prepare: (workload: Workload) => Prepared;
};

/** Opens nothing but the vocabulary of a model. */
export async function openVocabulary(model: string): Promise<BenchVocabulary> {
  const llama = await getLlama({ build: 'never', gpu: false, maxThreads: 1, logLevel: LlamaLogLevel.disabled });
  const loaded = await llama.loadModel({ modelPath: model, gpuLayers: 0, vocabOnly: true });
  const tokenize = (text: string): Token[] => loaded.tokenize(text, false);
  const toTokens = (segments: readonly PromptSegment[]): Token[] =>
    segments.flatMap((segment) =>
      'text' in segment ? tokenize(segment.text) : loaded.tokenize(segment.control, true),
    );
  return {
    countTokens: (text) => tokenize(text).length,
    prepare: ({ name, says, task, documents }) => {
      const frame = promptFrame(task);
      const toDocument = (document: WorkloadDocument) => ({ ...document, tokens: tokenize(document.text) });
      return {
        name,
        says,
        task: task.task,
        peerSchema: toPeerSchema(task.output),
        before: toTokens(frame.before),
        after: toTokens(frame.after),
        documents: documents.map(toDocument),
        warmUp: warmUpTexts(tokenize).map((text) => toDocument({ text })),
      };
    },
    [Symbol.asyncDispose]: async () => {
      await loaded.dispose();
      await llama.dispose();
    },
  };
}

const WARM_UP = { documents: 2, tokens: 60, seed: 1000 };

/** Documents of their own, so that no side finds a measured one in its cache. */
function warmUpTexts(tokenize: (text: string) => readonly Token[]): string[] {
  return Array.from({ length: WARM_UP.documents }, (_, index) =>
    writeText('mail', WARM_UP.tokens, WARM_UP.seed + index, (text) => tokenize(text).length),
  );
}
