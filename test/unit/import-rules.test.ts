import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';

const root = join(import.meta.dirname, '../..');

const middle = ['documents', 'task', 'ledger', 'queue', 'engine'];
const outer = ['producer', 'worker', 'monitor', 'evaluation', 'bench'];

/** What docs/architecture.md says: who may be imported by each room, besides itself, `schemas/` and `src/*.ts`. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(middle.map((room) => [room, []])),
  engine: ['task'],
  ...Object.fromEntries(outer.map((room) => [room, middle])),
  cli: [...middle, ...outer],
};
const rooms = Object.keys(allowed);

/** Packages that one place alone may import. */
const homes: Readonly<Record<string, string>> = {
  bullmq: 'src/queue',
  ioredis: 'src/queue',
  pg: 'src/queue',
  'node-llama-cpp': 'src/engine/llama',
  commander: 'src/cli',
  'cli-progress': 'src/cli',
  hono: 'src/monitor',
  '@hono/node-server': 'src/monitor',
  'prom-client': 'src/monitor',
  '@aws-sdk/client-s3': 'src/object-storage',
};

type Import = { readonly from: string; readonly to: string; readonly refused: boolean };

const roomImports: readonly Import[] = [
  ...rooms.flatMap((from) =>
    rooms
      .filter((to) => to !== from)
      .map((to) => ({ from: `src/${from}`, to: `src/${to}`, refused: allowed[from]?.includes(to) !== true })),
  ),
  ...rooms.map((to) => ({ from: 'src', to: `src/${to}`, refused: true })),
  ...rooms.map((to) => ({ from: 'src/object-storage', to: `src/${to}`, refused: true })),
  ...rooms.map((to) => ({ from: 'schemas', to: `src/${to}`, refused: true })),
  ...rooms
    .filter((to) => to !== 'engine')
    .map((to) => ({ from: 'src/engine/llama', to: `src/${to}`, refused: to !== 'task' })),
];

const packageImports: readonly Import[] = Object.entries(homes).flatMap(([to, home]) =>
  ['schemas', 'src', 'src/object-storage', ...rooms.map((room) => `src/${room}`), 'src/engine/llama'].map((from) => ({
    from,
    to,
    refused: from !== home,
  })),
);

/** One file that breaks each other rule of the linter that the house is built on. */
const violations: Readonly<Record<string, { readonly rule: string; readonly text: string }>> = {
  'src/cli/default-export.ts': { rule: 'import(no-default-export)', text: 'export default 1;\n' },
  'src/cli/cycle.ts': {
    rule: 'import(no-cycle)',
    text: "import { other } from './cycle-other.ts';\nexport const one = () => other;\n",
  },
  'src/cli/protocol.ts': {
    rule: 'unicorn(prefer-node-protocol)',
    text: "import { join } from 'path';\nexport const joined = join('a', 'b');\n",
  },
  'src/cli/long.ts': { rule: 'eslint(max-lines)', text: 'export {};\n//\n'.repeat(130) },
  'src/cli/deep.ts': {
    rule: 'eslint(max-depth)',
    text: 'export function deep(a: boolean): void {\n  if (a) { if (a) { if (a) { if (a) { a = false; } } } }\n}\n',
  },
  'src/cli/long-function.ts': {
    rule: 'eslint(max-lines-per-function)',
    text: `export function long(): number {\n  let sum = 0;\n${'  sum += 1;\n'.repeat(60)}  return sum;\n}\n`,
  },
  'src/cli/any.ts': { rule: 'typescript(no-explicit-any)', text: 'export const parse = (text: any) => [text];\n' },
  'src/cli/non-null.ts': {
    rule: 'typescript(no-non-null-assertion)',
    text: 'export const first = (all: readonly string[]) => all[0]!;\n',
  },
  'src/cli/floating.ts': {
    rule: 'typescript(no-floating-promises)',
    text: 'export function start(work: () => Promise<void>): void {\n  work();\n}\n',
  },
  'src/cli/exhaustive.ts': {
    rule: 'typescript(switch-exhaustiveness-check)',
    text: "export function say(kind: 'a' | 'b'): void {\n  switch (kind) {\n    case 'a':\n      return;\n  }\n}\n",
  },
};

const diagnosticsSchema = z.object({
  diagnostics: z.array(z.looseObject({ code: z.string().optional(), message: z.string(), filename: z.string() })),
});

const fileOf = ({ from, to }: Import): string => `${from}/imports-${to.replaceAll(/[^a-z]+/g, '-')}.ts`;

function textOf({ from, to }: Import): string {
  const up = '../'.repeat(from.split('/').length);
  return `import { thing } from '${to.startsWith('src/') ? `${up}${to}/thing.ts` : to}';\nexport const own = [thing];\n`;
}

let house = '';
/** Rule and message of everything that the linter says, by file. */
const found = new Map<string, string[]>();

beforeAll(async () => {
  house = await mkdtemp(join(tmpdir(), 'docmill-test-'));
  const write = (name: string, text: string): void => {
    mkdirSync(join(house, dirname(name)), { recursive: true });
    writeFileSync(join(house, name), text);
  };
  for (const name of ['oxlint.config.ts', 'tsconfig.json', 'package.json'])
    copyFileSync(join(root, name), join(house, name));
  symlinkSync(join(root, 'node_modules'), join(house, 'node_modules'));
  for (const room of rooms) write(`src/${room}/thing.ts`, 'export const thing = 1;\n');
  write('src/cli/cycle-other.ts', "import { one } from './cycle.ts';\nexport const other = () => one;\n");
  for (const one of [...roomImports, ...packageImports]) write(fileOf(one), textOf(one));
  for (const [name, { text }] of Object.entries(violations)) write(name, text);
  const bin = join(root, 'node_modules', 'oxlint', 'bin', 'oxlint');
  const { stdout, stderr } = spawnSync(process.execPath, [bin, '--format', 'json', 'src', 'schemas'], {
    cwd: house,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  if (!stdout.startsWith('{')) throw new Error(`The linter could not run: ${stdout}${stderr}`);
  for (const { code = '', message, filename, ...rest } of diagnosticsSchema.parse(JSON.parse(stdout)).diagnostics) {
    found.set(filename, [...(found.get(filename) ?? []), `${code} ${message} ${JSON.stringify(rest)}`]);
  }
}, 60_000);

afterAll(() => rm(house, { recursive: true, force: true }));

const refusals = (name: string): string[] =>
  (found.get(name) ?? []).filter((text) => text.includes('no-restricted-imports'));

describe('the linter', () => {
  test.for(roomImports.filter(({ refused }) => refused))('refuses $to in $from', (one) => {
    expect(refusals(fileOf(one)).join('\n')).toMatch(/imports? (zod|schemas)|knows? (no other|src\/task|the rooms)/);
  });

  test.for(roomImports.filter(({ refused }) => !refused))('takes $to in $from', (one) => {
    expect(refusals(fileOf(one))).toEqual([]);
  });

  test.for(packageImports.filter(({ refused }) => refused))('refuses the package $to in $from', (one) => {
    expect(refusals(fileOf(one)).join('\n')).toContain(`Only ${homes[one.to]} imports ${one.to}.`);
  });

  test.for(packageImports.filter(({ refused }) => !refused))('takes the package $to in $from', (one) => {
    expect(refusals(fileOf(one))).toEqual([]);
  });

  test.for(Object.entries(violations))('finds the fault of %s', ([name, { rule }]) => {
    expect((found.get(name) ?? []).join('\n')).toContain(rule);
  });
});
