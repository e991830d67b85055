import { AppError } from '../errors.ts';
import { hasObjectsBelow } from '../object-storage/list-objects.ts';
import { isObjectUrl } from '../object-storage/location.ts';

/**
 * Throws where a root in object storage shows nothing at all. A wrong store, and one that has withdrawn the rights, says
 * of every object what it would say of one that is gone; that is no document's fault. Other roots were looked at before.
 */
export async function assertRootShows(name: string, root: string | undefined): Promise<void> {
  if (root === undefined || !isObjectUrl(root)) return;
  if (await hasObjectsBelow(root.replace(/\/+$/, ''))) return;
  throw new AppError(
    'NO_INPUT',
    `There is nothing at \`${root}\`; say where the input root \`${name}\` is with \`--input-root ${name}=…\`.`,
    { details: { root: name } },
  );
}
