import { recordKindOf } from '../record-kind.ts';

/** How a stream of bytes is packed. */
export type Compression = 'gzip' | 'zstd';

/** A file that holds documents and is unpacked when a run is planned; `inner` is its name when it is one file packed. */
export type Container = {
  readonly archive: 'zip' | 'tar' | null;
  readonly compression: Compression | null;
  readonly inner: string;
};

/**
 * What kind of container a file is, by its name: an archive, or a packed file of records. Null for any other; a single
 * document that is packed is read as it is.
 */
export function containerOf(name: string): Container | null {
  const short = name.replace(/\.tgz$/i, '.tar.gz').replace(/\.tzst$/i, '.tar.zst');
  if (/\.zip$/i.test(short)) return { archive: 'zip', compression: null, inner: short };
  const compression = /\.gz$/i.test(short) ? 'gzip' : /\.zst$/i.test(short) ? 'zstd' : null;
  const inner = compression === null ? short : short.replace(/\.[^.]*$/, '');
  if (/\.tar$/i.test(inner)) return { archive: 'tar', compression, inner };
  return compression !== null && recordKindOf(inner) !== null ? { archive: null, compression, inner } : null;
}
