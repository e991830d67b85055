import { request } from 'node:http';
import { z } from 'zod';
import type { JsonObject } from '../../schemas/json.ts';
import { LONGEST_ANSWER, SHORT_ANSWER, type Prepared, type PreparedDocument } from './side.ts';

type Request = {
  readonly url: string;
  readonly concurrency: number;
  readonly prepared: Prepared;
  readonly documents: readonly PreparedDocument[];
  readonly schema?: JsonObject;
};

type Written = { readonly content: string; readonly tokens: number };

const completionSchema = z.looseObject({ content: z.string(), tokens_predicted: z.int() });

/** Has every document completed, `concurrency` at once; the answers come in the order of the documents. */
export async function askLlamaServer({ documents, concurrency, ...one }: Request): Promise<Written[]> {
  const written: Written[] = documents.map(() => ({ content: '', tokens: 0 }));
  const left = documents.entries();
  const take = async (): Promise<void> => {
    for (const [index, document] of left) written[index] = await complete(document, one);
  };
  await Promise.all(Array.from({ length: concurrency }, take));
  return written;
}

async function complete(
  document: PreparedDocument,
  { url, prepared, schema }: Pick<Request, 'url' | 'prepared' | 'schema'>,
): Promise<Written> {
  const isKnown = document.gold !== undefined;
  const body = {
    prompt: [...prepared.before, ...document.tokens, ...prepared.after],
    cache_prompt: true,
    // Greedy, and nothing else: every other sampler would cost time.
    samplers: ['top_k'],
    top_k: 1,
    temperature: 0,
    // Random weights do not know when to stop: the answer is as long as docmill's. A trained model stops by itself.
    n_predict: isKnown ? LONGEST_ANSWER : (document.answerTokens ?? SHORT_ANSWER),
    ignore_eos: !isKnown && schema === undefined,
    ...(schema === undefined ? {} : { json_schema: schema }),
  };
  const response = completionSchema.parse(JSON.parse(await post(`${url}/completion`, JSON.stringify(body))));
  return { content: response.content, tokens: response.tokens_predicted };
}

/** By `node:http`, because `fetch` gives up on an answer that begins after five minutes. */
async function post(url: string, body: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  // One connection a request: the server closes idle ones, at times just when the next request is on its way.
  const options = { method: 'POST', agent: false, headers: { 'content-type': 'application/json' } };
  const sent = request(url, options, (response) => {
    let text = '';
    response.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    response.on('end', () => {
      if (response.statusCode === 200) resolve(text);
      else reject(new Error(`llama-server answered ${response.statusCode}: ${text.slice(0, 300)}`));
    });
  });
  sent.on('error', reject);
  sent.end(body);
  return promise;
}
