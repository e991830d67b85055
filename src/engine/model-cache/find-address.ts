import { showReference } from '../model-reference.ts';
import { type ModelAddress, resolveModelAddress } from '../llama/model-address.ts';
import type { PullTiming } from './download-file.ts';
import { tryPatiently } from './patience.ts';
import { refusalOf, unreachableError } from './pull-errors.ts';

/** Finds out where the files of a model are; asks the hub where a reference names a quantisation and no file. */
export async function findAddress(
  uri: string,
  {
    signal,
    timing,
    onRetry,
  }: { readonly signal: AbortSignal; readonly timing: PullTiming; readonly onRetry: (problem: string) => void },
): Promise<ModelAddress> {
  let host = '';
  const result = await tryPatiently(
    async () => {
      const address = await resolveModelAddress(uri, AbortSignal.any([signal, AbortSignal.timeout(timing.silenceMs)]));
      if ('urls' in address) return { done: true, value: address };
      const { status, token } = address;
      host = address.host;
      const refusal = status === null ? null : refusalOf(status, { model: showReference(uri), host, hub: true, token });
      if (refusal !== null) throw refusal;
      return { done: false, problem: status === null ? 'no answer' : `HTTP ${status}` };
    },
    { signal, progress: () => 0, onRetry, firstPauseMs: timing.firstPauseMs },
  );
  if ('value' in result) return result.value;
  throw unreachableError({ model: showReference(uri), host, hub: true, token: false }, result.problem, 0);
}
