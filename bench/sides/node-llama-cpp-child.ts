// Answers one workload with plain node-llama-cpp, as its documentation shows it, on a core of its own.
import { readFileSync } from 'node:fs';
import { getLlama, LlamaChatSession, type LlamaGrammar, LlamaLogLevel } from 'node-llama-cpp';
import { type ChildJob, toMeasurement } from './child-job.ts';
import { LONGEST_ANSWER, SHORT_ANSWER, type PreparedDocument } from './side.ts';
import { startStopwatch } from './stopwatch.ts';

const [path = ''] = process.argv.slice(2);
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the parent wrote the file from a value of this type
const job = JSON.parse(readFileSync(path, 'utf8')) as ChildJob;
const { task, documents, warmUp, peerSchema, before } = job.prepared;
const { concurrency = 1, constrained = false } = job;
const longest = Math.max(...documents.map(({ tokens }) => tokens.length));

const llama = await getLlama({ build: 'never', gpu: false, maxThreads: 1, logLevel: LlamaLogLevel.disabled });
const model = await llama.loadModel({ modelPath: job.model, gpuLayers: 0 });
const context = await model.createContext({
  contextSize: before.length + longest + LONGEST_ANSWER,
  sequences: concurrency,
  threads: { ideal: 1, min: 1 },
});
const grammar = constrained ? await schemaGrammar() : undefined;
const sessions = Array.from(
  { length: concurrency },
  () => new LlamaChatSession({ contextSequence: context.getSequence() }),
);
await answerAll(warmUp);
const stop = startStopwatch(process.pid, job.core);
const answers = await answerAll(documents);
const timing = stop();
const answerTokens = answers.map((answer) => model.tokenize(answer).length);
process.stdout.write(JSON.stringify(toMeasurement(timing, answers, answerTokens)));
process.exit(0);

async function schemaGrammar(): Promise<LlamaGrammar> {
  // oxlint-disable-next-line typescript/no-unsafe-argument, typescript/no-unsafe-type-assertion -- its type is a form of JSON Schema that only literals satisfy
  return llama.createGrammarForJsonSchema(peerSchema as Parameters<typeof llama.createGrammarForJsonSchema>[0]);
}

/** Every session takes the next document as soon as it is done with one. */
async function answerAll(wanted: readonly PreparedDocument[]): Promise<string[]> {
  const written = wanted.map(() => '');
  const left = wanted.entries();
  await Promise.all(
    sessions.map(async (session) => {
      for (const [index, document] of left) written[index] = await answer(session, document);
    }),
  );
  return written;
}

async function answer(session: LlamaChatSession, document: PreparedDocument): Promise<string> {
  session.resetChatHistory();
  return session.prompt(`${task.instructions}\n\n${document.text}`, {
    ...(grammar === undefined ? {} : { grammar }),
    // Random weights do not know when to stop: the answer is as long as docmill's. A trained model stops by itself.
    maxTokens: document.gold === undefined ? (document.answerTokens ?? SHORT_ANSWER) : LONGEST_ANSWER,
    temperature: 0,
  });
}
