// Reads what node-llama-cpp makes of a GGUF file: tokens, greedy answers, most probable tokens under the gold answer.
// node read-gguf.mjs MODEL MODE < lines of {"id","prompt":[segments],"answer"}; MODE is tokens, forced or greedy.
import { createInterface } from 'node:readline';
import { getLlama, LlamaLogLevel } from 'node-llama-cpp';

const [modelPath, mode] = process.argv.slice(2);
const MAX_ANSWER_TOKENS = 420;

const llama = await getLlama({ gpu: false, build: 'never', logLevel: LlamaLogLevel.error, maxThreads: 1 });
const model = await llama.loadModel({ modelPath });
const context = await model.createContext({ contextSize: 1536, sequences: 1, threads: 1, swaFullCache: true });
const sequence = context.getSequence();

const controls = new Map();
for (const token of model.iterateAllTokens()) {
  if (model.isSpecialToken(token)) {
    controls.set(model.detokenize([token], true), token);
  }
}
const end = controls.get('<end_of_turn>');

for await (const line of createInterface({ input: process.stdin })) {
  const { id, prompt, answer } = JSON.parse(line);
  const promptTokens = prompt.flatMap((segment) =>
    'control' in segment ? [controls.get(segment.control)] : model.tokenize(segment.text, false, 'trimLeadingSpace'),
  );
  const answerTokens = [...model.tokenize(answer, false, 'trimLeadingSpace'), end];
  const result = { id, promptTokens, answerTokens };
  if (mode === 'forced') {
    result.argmax = await readArgmax(promptTokens, answerTokens);
  } else if (mode === 'greedy') {
    result.text = await decodeGreedily(promptTokens);
  }
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
await llama.dispose();

async function readArgmax(promptTokens, answerTokens) {
  await sequence.clearHistory();
  const asked = [promptTokens.at(-1), ...answerTokens.slice(0, -1)].map((token) => [
    token,
    { generateNext: { token: true, options: { temperature: 0 } } },
  ]);
  const results = await sequence.controlledEvaluate([...promptTokens.slice(0, -1), ...asked]);
  return results.slice(promptTokens.length - 1).map((result) => result.next.token);
}

async function decodeGreedily(promptTokens) {
  await sequence.clearHistory();
  const tokens = [];
  for await (const token of sequence.evaluate(promptTokens, { temperature: 0, yieldEogToken: true })) {
    if (token === end || model.isEogToken(token) || tokens.length === MAX_ANSWER_TOKENS) {
      break;
    }
    tokens.push(token);
  }
  return model.detokenize(tokens, false);
}
