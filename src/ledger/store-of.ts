import { isObjectUrl } from '../object-storage/location.ts';
import { files } from './files.ts';
import { objects } from './objects.ts';
import type { Store } from './store.ts';

/** The store of a place: object storage for `s3://…`, else the file system. */
export function storeOf(location: string): Store {
  return isObjectUrl(location) ? objects : files;
}
