/** The thread that parses. */
import { type MessagePort, parentPort } from 'node:worker_threads';
import type { ReadResult } from '../document.ts';
import { type Parse, parsers } from '../formats/parsers.ts';
import { maxParsedLength } from '../limits.ts';
import { refuse } from '../refuse.ts';
import type { ParseAnswer, ParseReady, ParseRequest } from './protocol.ts';

async function answer({ format, bytes }: ParseRequest): Promise<ParseAnswer> {
  let parse: Parse;
  try {
    parse = await parsers[format]();
  } catch (error) {
    return { kind: 'broken', reason: error instanceof Error ? error.message : 'unknown' };
  }
  try {
    return { kind: 'parsed', result: withinLimit(await parse(bytes)) };
  } catch {
    // Parsers say in many ways that bytes are not what they should be; none is for people, and some quote the document.
    return { kind: 'parsed', result: refuse('MALFORMED', 'The bytes are not whole in the format they begin with.') };
  }
}

/** A small file can hold much text: packed, or said once and shown often. */
function withinLimit(result: ReadResult): ReadResult {
  if (result.status === 'refused' || result.document.text.length <= maxParsedLength) return result;
  return refuse('TOO_LARGE', `The document holds more than ${maxParsedLength} characters of text.`);
}

async function serve(port: MessagePort, request: ParseRequest): Promise<void> {
  // While it parses, only work keeps the thread alive, so that waiting for nothing ends it.
  port.unref();
  const reply = await answer(request);
  port.postMessage(reply);
  port.ref();
}

const port = parentPort;
port?.on('message', (request: ParseRequest) => void serve(port, request));
port?.postMessage({ kind: 'ready' } satisfies ParseReady);
