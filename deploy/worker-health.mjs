// Is the worker of this container well? Exits 0 if it wrote its heartbeat lately, else 1. Used by the image's HEALTHCHECK
// and by Kubernetes; a container holds one worker, so the name of the host tells which heartbeat is its own.
import { hostname } from 'node:os';
import { readHeartbeats } from '../dist/src/ledger/heartbeats.js';

const alive = await readHeartbeats(process.env.DOCMILL_OUT, Date.now());
const own = alive.find(({ heartbeat }) => heartbeat.host === hostname());
if (own === undefined) {
  console.error('The worker has written no heartbeat for 20 seconds.');
  process.exitCode = 1;
} else {
  console.log(`The worker wrote its heartbeat ${Math.round(own.ageMs / 1000)} s ago.`);
}
