import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, ioError, isAppError } from '../../errors.ts';
import { checkModelFile } from '../check-model-file.ts';
import {
  type LocalModel,
  type PulledModel,
  removeModel,
  removeOthers,
  toLocalModel,
  writeRecord,
} from './cached-model.ts';

type Download = {
  /** The folder in which the files came. */
  readonly unfinished: string;
  readonly names: readonly string[];
  /** The reference as it may be shown. */
  readonly model: string;
  readonly pin: string | undefined;
};

/**
 * Makes downloaded files the model of the folder, in the place of an older one; removes them and throws `MODEL_INVALID`
 * when they are not the pinned ones or no GGUF file. The record comes last: files without it count as not there.
 */
export async function keepDownload(folder: string, download: Download): Promise<LocalModel> {
  const { unfinished, names, model } = download;
  const pulled = await checkDownload(download);
  await writeRecord(folder, { model, pulled: null });
  for (const name of names) await move(join(unfinished, name), join(folder, name));
  await writeRecord(folder, { model, pulled });
  await removeOthers(folder, names);
  return toLocalModel(folder, pulled);
}

/** Nothing of the files is parsed before their hash was found right. */
async function checkDownload(download: Download): Promise<PulledModel> {
  try {
    return await describeDownload(download);
  } catch (cause) {
    if (isAppError(cause, 'MODEL_INVALID')) await removeModel(download.unfinished);
    throw cause;
  }
}

async function describeDownload({ unfinished, names, model, pin }: Download): Promise<PulledModel> {
  const path = join(unfinished, names[0] ?? '');
  const { sha256, parts } = await checkModelFile(path, undefined).catch((cause: unknown) => {
    throw noModel(model, cause);
  });
  if (pin !== undefined && pin !== sha256) throw wrongHash(model, pin, sha256);
  const { describeModelFile } = await import('../llama/describe-model-file.ts');
  const { architecture, quantization, whole } = await describeModelFile(path, parts).catch((cause: unknown) => {
    throw noModel(model, cause);
  });
  if (!whole) throw cutShort(model);
  return {
    files: names.map((name, index) => ({ name, bytes: parts[index]?.bytes ?? 0 })),
    sha256,
    architecture,
    quantization: quantization.main,
    pulledAt: new Date().toISOString(),
  };
}

function noModel(model: string, cause: unknown): unknown {
  if (!isAppError(cause, 'MODEL_INVALID')) return cause;
  return new AppError(
    'MODEL_INVALID',
    `What was downloaded as model \`${model}\` is no readable GGUF file and is not kept; check the name, or ask who serves it.`,
    { cause },
  );
}

/** Servers that do not say how long a file is can end it anywhere. */
function cutShort(model: string): AppError {
  return new AppError(
    'MODEL_INVALID',
    `What was downloaded as model \`${model}\` is cut short and is not kept; try again, or ask who serves it.`,
  );
}

function wrongHash(model: string, pin: string, sha256: string): AppError {
  return new AppError(
    'MODEL_INVALID',
    `Model \`${model}\` came with SHA-256 \`${sha256}\`, not the pinned \`${pin}\`, and is not kept; correct the pin if this is the model you want.`,
  );
}

async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (cause) {
    throw ioError('write', to, cause);
  }
}
