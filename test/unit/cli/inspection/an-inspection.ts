import type { ChunkAnswer, Span } from '../../../../schemas/answer.ts';
import type { JsonObject } from '../../../../schemas/json.ts';
import type { OkLine } from '../../../../schemas/result.ts';
import type { Inspection } from '../../../../src/cli/inspection/inspection.ts';
import { compileTask } from '../../../../src/task/compile-task.ts';
import { aTask, anObject } from '../../task/a-task.ts';

/** The inspection of a text whose answer is given; each chunk has an answer of its own. */
export function anInspection(
  text: string,
  properties: JsonObject,
  line: Pick<OkLine, 'answer' | 'confidence'> & Partial<OkLine>,
  chunks: readonly (Span & Partial<Pick<ChunkAnswer, 'value' | 'confidence'>>)[] = [{ start: 0, end: text.length }],
): Inspection {
  const tokens = { prompt: 9, cached: 2, forced: 3, chosen: 4 };
  return {
    file: 'docs/a.txt',
    task: compileTask(aTask(anObject(properties))),
    model: 'm.gguf',
    loadSeconds: 1.5,
    answered: {
      line: { id: 'a.txt', status: 'ok', ...line },
      text,
      chunks: chunks.map(({ start, end }) => ({ start, end })),
      results: chunks.map(({ value = line.answer, confidence = line.confidence }) => {
        return { status: 'answered', answer: { value, confidence, labels: {}, spans: {}, tokens } };
      }),
      seconds: { prepare: 0.25, answer: 0.5 },
    },
  };
}
