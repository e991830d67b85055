// Reads what node-llama-cpp makes of a GGUF file, one line of JSON for each line of input:
//   tokens   {"id","prompt":[segments],"answer"} → {"id","promptTokens","answerTokens"}
//   greedy   the same                            → {…, "text"}, what the model writes
//   predict  {"id","tokens","start","asked"}     → {"id","best","logProbabilities"}: for each position from `start`, the most
//            probable token there, given the tokens before it, and the log-probabilities of the tokens asked about
// node --expose-gc read-gguf.mjs MODEL MODE
import { createInterface } from 'node:readline';
import { getLlama, LlamaLogLevel } from 'node-llama-cpp';
import { tokenizeText } from '../src/engine/llama/tokenize-text.ts';

const MAX_ANSWER_TOKENS = 420;
const [modelPath, mode] = process.argv.slice(2);
const modes = {
  tokens: { contextTokens: () => 0, answer: (input) => input },
  greedy: {
    contextTokens: ({ promptTokens }) => promptTokens.length + MAX_ANSWER_TOKENS,
    answer: async (input, sequence) => ({ ...input, text: await decodeGreedily(sequence, input.promptTokens) }),
  },
  predict: { contextTokens: ({ tokens }) => tokens.length, answer: predict },
};

const llama = await getLlama({ gpu: false, build: 'never', logLevel: LlamaLogLevel.error, maxThreads: 1 });
const model = await llama.loadModel({ modelPath });
const controls = new Map();
for (const token of model.iterateAllTokens()) {
  if (model.isSpecialToken(token)) {
    controls.set(model.detokenize([token], true), token);
  }
}
const end = controls.get('<end_of_turn>');

const inputs = [];
for await (const line of createInterface({ input: process.stdin })) {
  inputs.push(mode === 'predict' ? JSON.parse(line) : tokenize(JSON.parse(line)));
}
const contextTokens = inputs.reduce((most, input) => Math.max(most, modes[mode].contextTokens(input)), 0);
const sequence = contextTokens > 0 ? await openSequence(contextTokens) : undefined;
for (const input of inputs) {
  process.stdout.write(`${JSON.stringify(await modes[mode].answer(input, sequence))}\n`);
  globalThis.gc?.();
}
await llama.dispose();

function tokenize({ id, prompt, answer }) {
  const promptTokens = prompt.flatMap((segment) =>
    'control' in segment ? [controls.get(segment.control)] : tokenizeText(model, segment.text),
  );
  return { id, promptTokens, answerTokens: [...tokenizeText(model, answer), end] };
}

async function openSequence(contextSize) {
  const context = await model.createContext({ contextSize, sequences: 1, threads: 1, swaFullCache: true });
  return context.getSequence();
}

async function predict({ id, tokens, start, asked }, sequence) {
  await sequence.clearHistory();
  const questions = asked.map((candidates, index) => [
    tokens[start - 1 + index],
    {
      generateNext: {
        token: true,
        totalLogitWeight: true,
        logits: { filter: { tokens: candidates, includeSelected: true } },
        options: { temperature: 0 },
      },
    },
  ]);
  const outputs = await sequence.controlledEvaluate([...tokens.slice(0, start - 1), ...questions]);
  const answers = outputs.slice(start - 1).map(({ next }) => next);
  return {
    id,
    best: answers.map(({ token }) => token),
    logProbabilities: answers.map((next, index) => asked[index].map((token) => logProbability(next, token))),
  };
}

/** The weight is the sum of exp(logit - highest logit), and the most probable token has the highest logit. */
function logProbability({ token: best, logits, totalLogitWeight }, token) {
  return logits.get(token) - logits.get(best) - Math.log(totalLogitWeight);
}

async function decodeGreedily(sequence, promptTokens) {
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
