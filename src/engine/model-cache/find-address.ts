import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { parseJson } from '../../../schemas/json.ts';
import { isAppError } from '../../errors.ts';
import { showReference } from '../model-reference.ts';
import { type HubQuestion, type ModelAddress, resolveModelAddress } from '../llama/model-address.ts';
import type { PullTiming } from './download-file.ts';
import { NOTHING } from './partial-file.ts';
import { type Attempt, tryPatiently } from './patience.ts';
import { type ModelSource, noFileError, refusalOf, unreachableError } from './pull-errors.ts';
import { describeNetworkError, requestFile } from './request-file.ts';
import { watchForSilence } from './silence.ts';

type FindOptions = {
  readonly signal: AbortSignal;
  readonly timing: PullTiming;
  readonly onRetry: (problem: string) => void;
};

/** Finds out where the files of a model are; asks the hub where a reference names a quantisation and no file. */
export async function findAddress(uri: string, options: FindOptions): Promise<ModelAddress> {
  const place = await resolveModelAddress(uri);
  if ('urls' in place) return place;
  const source = { model: showReference(uri), host: new URL(place.manifestUrl).host, hub: true, token: false };
  const result = await tryPatiently(() => attemptAsking(place, source, options), {
    signal: options.signal,
    progress: () => 0,
    onRetry: options.onRetry,
    firstPauseMs: options.timing.firstPauseMs,
  });
  if ('problem' in result) throw unreachableError(source, result.problem, 0);
  const address = await place.addressOf(result.value);
  if ('urls' in address) return address;
  throw noFileError(source);
}

const manifestSchema = z.object({ ggufFile: z.object({ rfilename: z.string().min(1) }) });

/** Asks for the file that has the quantisation. */
async function attemptAsking(
  { manifestUrl, access }: HubQuestion,
  source: ModelSource,
  options: FindOptions,
): Promise<Attempt<string>> {
  using silence = watchForSilence(options.timing.silenceMs);
  const signal = AbortSignal.any([options.signal, silence.signal]);
  try {
    const answer = await requestFile(manifestUrl, NOTHING, { access, signal });
    if (answer.status === 'refused') {
      const error = refusalOf(answer.code, { ...source, token: answer.token });
      if (error !== null) throw error;
      return { done: false, problem: `HTTP ${answer.code}` };
    }
    const manifest = manifestSchema.safeParse(
      answer.status === 'sent' ? parseJson(await text(answer.body)) : undefined,
    );
    if (!manifest.success) throw noFileError(source);
    return { done: true, value: manifest.data.ggufFile.rfilename };
  } catch (error) {
    options.signal.throwIfAborted();
    if (isAppError(error)) throw error;
    return { done: false, problem: describeNetworkError(silence.signal.aborted ? silence.signal.reason : error) };
  }
}
