import { availableParallelism, homedir } from 'node:os';
import { join } from 'node:path';
import { labelProbabilities } from '../schemas/answer.ts';
import { logLevels } from './logger.ts';
import {
  type Setting,
  boolean,
  integer,
  oneOf,
  optionalBoolean,
  optionalInteger,
  optionalText,
  text,
} from './setting-kinds.ts';

/** Every setting once: flags win over the environment, the environment over `docmill.json`. Docs are made from this. */
export const settings = {
  out: {
    ...text('DOCMILL_OUT', 'out', 'Directory of the runs, or `s3://BUCKET/PREFIX` in object storage.'),
    expected: 'a directory, or `s3://BUCKET` with an optional prefix',
    parse: parseOut,
  } satisfies Setting<string> as Setting<string>,
  model: optionalText(
    'DOCMILL_MODEL',
    'Model: path of a GGUF file, `hf:` reference or URL, each with an optional `#sha256=…`, or `stub:`.',
  ),
  models: {
    ...text('DOCMILL_MODELS', modelsDirectory(), 'Directory of the models that were pulled.'),
    shownDefault: '`docmill/models` in `XDG_CACHE_HOME`, else in `~/.cache`',
  },
  offline: boolean(
    'DOCMILL_OFFLINE',
    false,
    'Never download a model: it is in the directory of models, or the command fails.',
  ),
  redisUrl: { ...optionalText('REDIS_URL', 'The queue: `redis://`, `rediss://` or `unix://` URL.'), secret: true },
  dashboardToken: {
    ...optionalText('DOCMILL_DASHBOARD_TOKEN', 'What the dashboard asks for before it shows anything.'),
    expected: 'a text of at least 16 characters',
    parse: (given) => (typeof given === 'string' && given.length >= 16 ? given : undefined),
    secret: true,
  } satisfies Setting<string | undefined> as Setting<string | undefined>,
  queuePrefix: text(
    'DOCMILL_QUEUE_PREFIX',
    '{docmill}',
    'Prefix of the keys in Redis; braces keep a queue in one slot.',
  ),
  allowEviction: boolean(
    'DOCMILL_ALLOW_EVICTION',
    false,
    'Use a Redis that may throw jobs away when it is full; they are put back later.',
  ),
  workers: integer('DOCMILL_WORKERS', availableParallelism(), 1, 1024, 'Worker processes of `run`.', 'number of cores'),
  slots: optionalInteger(
    'DOCMILL_SLOTS',
    1,
    64,
    'Documents that one worker answers at once; where answers are only labels, the most of them.',
  ),
  batchTokens: optionalInteger('DOCMILL_BATCH_TOKENS', 64, 4096, 'Most tokens that are evaluated at once.'),
  contextTokens: optionalInteger(
    'DOCMILL_CONTEXT_TOKENS',
    64,
    131_072,
    'Tokens of one slot: prompt, document and answer.',
  ),
  flashAttention: optionalBoolean('DOCMILL_FLASH_ATTENTION', 'Whether attention is computed in one pass.'),
  threads: optionalInteger('DOCMILL_THREADS', 1, 256, 'Threads of one worker.'),
  labelProbabilities: oneOf(
    'DOCMILL_LABEL_PROBABILITIES',
    labelProbabilities,
    'all',
    "Result lines hold the probability of every label, or only the answer's, which is faster with many labels.",
  ),
  logLevel: oneOf('DOCMILL_LOG_LEVEL', logLevels, 'info', 'Least severe level that workers log.'),
  lockMs: integer(
    'DOCMILL_LOCK_MS',
    15_000,
    500,
    600_000,
    'A worker that is silent this long loses its shard to another one.',
  ),
  stalledCheckMs: integer('DOCMILL_STALLED_CHECK_MS', 5_000, 250, 600_000, 'How often workers look for lost shards.'),
  hangMs: integer(
    'DOCMILL_HANG_MS',
    300_000,
    1_000,
    86_400_000,
    'A worker whose shard takes no step for this long ends itself, so that another one takes the shard.',
  ),
  topUpMs: integer(
    'DOCMILL_TOP_UP_MS',
    30_000,
    100,
    3_600_000,
    'How often plan and parts are compared with the queue.',
  ),
  drainMs: integer('DOCMILL_DRAIN_MS', 6_000, 0, 600_000, 'How long a stopping worker lets its shard go on.'),
  heartbeatMs: integer('DOCMILL_HEARTBEAT_MS', 5_000, 100, 10_000, 'How often a worker writes its heartbeat file.'),
  queueEndpoint: optionalText(
    'DOCMILL_QUEUE_ENDPOINT',
    'File that describes an embedded queue; set by `run` for its workers.',
  ),
  onlyRun: optionalText('DOCMILL_ONLY_RUN', 'Work for this run alone; set by `run` for its workers.'),
} as const;

/** A directory as it is; a URL without slashes at its end, since names are put behind it. */
function parseOut(given: unknown): string | undefined {
  if (typeof given !== 'string' || given === '') return undefined;
  if (!/^[a-z][a-z0-9+.-]*:\//i.test(given)) return given;
  const url = given.replace(/\/+$/, '');
  return /^s3:\/\/[^/]+(\/[^/]+)*$/.test(url) ? url : undefined;
}

function modelsDirectory(): string {
  const cache = process.env['XDG_CACHE_HOME'];
  return join(cache === undefined || cache === '' ? join(homedir(), '.cache') : cache, 'docmill', 'models');
}
