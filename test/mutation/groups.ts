/** Modules that must not be wrong, and the tests that have to notice it; fast ones, since each runs for every mutant. */
export type Group = {
  readonly mutate: readonly string[];
  readonly tests: readonly string[];
  /** A test of a file, by the beginning of its name, that takes minutes where every step is counted. */
  readonly slow?: Readonly<Record<string, string>>;
};

const ledger = 'test/unit/ledger';
const tasks = 'test/unit/task';
const documents = 'test/unit/documents';

export const GROUPS: Readonly<Record<string, Group>> = {
  commit: {
    mutate: ['src/ledger/durable-files.ts', 'src/ledger/parts.ts', 'src/ledger/run-state.ts'],
    tests: [
      `${ledger}/durable-files.test.ts`,
      `${ledger}/durable-files-faults.test.ts`,
      `${ledger}/parts.test.ts`,
      `${ledger}/run-state.test.ts`,
      `${ledger}/finalize-run.test.ts`,
      `${ledger}/result-lines.test.ts`,
    ],
  },
  plan: {
    mutate: [
      'src/ledger/plan-file.ts',
      'src/ledger/aliases.ts',
      'src/producer/plan-shards.ts',
      'src/producer/plan-run.ts',
      'src/producer/fill-plan.ts',
      'src/producer/survey-documents.ts',
    ],
    tests: [`${ledger}/plan-file.test.ts`, `${ledger}/aliases.test.ts`, 'test/unit/producer/*.test.ts'],
  },
  merge: {
    mutate: ['src/task/merge-answers.ts', 'src/task/merge-located.ts', 'src/task/join-items.ts'],
    tests: [`${tasks}/merge-answers.test.ts`],
  },
  compiler: {
    mutate: [
      'src/task/compile-output.ts',
      'src/task/compile-kinds.ts',
      'src/task/compile-verbatim.ts',
      'src/task/compile-task.ts',
      'src/task/resolve-reference.ts',
      'src/task/schema-node.ts',
    ],
    tests: [
      `${tasks}/compile-task.test.ts`,
      `${tasks}/short-form-task.test.ts`,
      `${tasks}/zod-to-json-schema.test.ts`,
      `${tasks}/escaped-names.test.ts`,
      `${tasks}/load-task.test.ts`,
    ],
  },
  'short-form': { mutate: ['src/task/parse-short-form.ts'], tests: [`${tasks}/short-form-task.test.ts`] },
  json: {
    mutate: ['src/task/find-json-error.ts', 'src/task/find-duplicate-member.ts'],
    tests: [`${tasks}/load-task.test.ts`],
  },
  records: {
    mutate: ['src/documents/parse-record.ts', 'src/documents/find-records.ts'],
    tests: [`${documents}/parse-record.test.ts`, `${documents}/find-records.test.ts`],
  },
  csv: {
    mutate: ['src/documents/parse-csv-record.ts', 'src/documents/find-csv-records.ts'],
    tests: [`${documents}/find-csv-records.test.ts`, `${documents}/csv-files.test.ts`],
    slow: {
      [`${documents}/find-csv-records.test.ts`]: 'a record of 27 MB',
      [`${documents}/csv-files.test.ts`]: 'rows have at most 8 MiB',
    },
  },
  chunks: {
    mutate: ['src/documents/split-into-chunks.ts', 'src/documents/text-borders.ts'],
    tests: [`${documents}/split-into-chunks.test.ts`, `${documents}/text-borders.test.ts`],
  },
  decoding: { mutate: ['src/documents/decode-text.ts'], tests: [`${documents}/decode-text.test.ts`] },
};
