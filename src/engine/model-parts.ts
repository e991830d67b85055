import { AppError } from '../errors.ts';

const PART = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/;

/**
 * The files that a model's path stands for, in order: the file itself, or all parts of a split GGUF file where it is
 * the first one (`model-00001-of-00003.gguf`). Another part than the first is `MODEL_INVALID`.
 */
export function modelParts(path: string): readonly string[] {
  const [, stem, part, parts] = PART.exec(path) ?? [];
  if (stem === undefined || Number(parts) === 0) return [path];
  if (Number(part) !== 1) {
    throw new AppError(
      'MODEL_INVALID',
      `Model \`${path}\` is part ${Number(part)} of a split model; give the path of its first part.`,
    );
  }
  return Array.from(
    { length: Number(parts) },
    (_, index) => `${stem}-${String(index + 1).padStart(5, '0')}-of-${parts}.gguf`,
  );
}
