import { appendFile } from 'node:fs/promises';
import { faultPoint } from '../../src/fault-points.ts';
import * as right from '../../src/ledger/durable-files.ts';
import { preload } from '../support/preload.ts';

export * from '../../src/ledger/durable-files.ts';

/** A commit that looks right and is not: a part is written under its own name, so that a killed worker leaves half. @public */
export async function createOnce(temporaryDirectory: string, path: string, bytes: Uint8Array): Promise<boolean> {
  if (!path.includes('/parts/')) return right.createOnce(temporaryDirectory, path, bytes);
  faultPoint('register.opened', path);
  await appendFile(path, bytes.subarray(0, bytes.byteLength >> 1));
  faultPoint('register.half-written', path);
  await appendFile(path, bytes.subarray(bytes.byteLength >> 1));
  faultPoint('register.durable', path);
  return true;
}

/** Variables that give a worker this module instead of the one that it takes the place of. */
export function withWrongCommit(): NodeJS.ProcessEnv {
  return preload(`import{registerHooks}from'node:module';const wrong=${JSON.stringify(import.meta.url)};
    registerHooks({resolve(name,context,next){
      const isRight=name.endsWith('/durable-files.ts')&&context.parentURL!==wrong;
      return next(isRight?wrong:name,context)}})`);
}
