import { z } from 'zod';
import { parseJson } from '../../schemas/json.ts';

export type FileScore = {
  readonly file: string;
  readonly noticed: number;
  readonly all: number;
  /** What no test noticed, or ran at all. */
  readonly missed: readonly { readonly line: number; readonly change: string }[];
};

const place = z.looseObject({ line: z.int(), column: z.int() });
const reportSchema = z.looseObject({
  files: z.record(
    z.string(),
    z.looseObject({
      source: z.string(),
      mutants: z.array(
        z.looseObject({
          status: z.string(),
          mutatorName: z.string(),
          replacement: z.string().optional(),
          location: z.looseObject({ start: place, end: place }),
        }),
      ),
    }),
  ),
});

type Mutant = z.infer<typeof reportSchema>['files'][string]['mutants'][number];

/** The name of a fault point is one of a type: another one does not compile. */
const FAULT_POINT = /^\s*faultPoint\('/;

/**
 * Reads a report of the mutation testing report schema, version 2. A change that hangs the tests is noticed; one that the
 * compiler would refuse is none.
 */
export function readScores(json: string): FileScore[] {
  const { files } = reportSchema.parse(parseJson(json));
  return Object.entries(files).map(([file, { source, mutants: all }]) => {
    const lines = source.split('\n');
    const mutants = all.filter(
      ({ mutatorName, location }) =>
        mutatorName !== 'StringLiteral' || !FAULT_POINT.test(lines[location.start.line - 1] ?? ''),
    );
    const missed = mutants.filter(({ status }) => status === 'Survived' || status === 'NoCoverage');
    const noticed = mutants.filter(({ status }) => status === 'Killed' || status === 'Timeout').length;
    return {
      file,
      noticed,
      all: noticed + missed.length,
      missed: missed.map((mutant) => ({ line: mutant.location.start.line, change: describe(source, mutant) })),
    };
  });
}

function describe(source: string, { status, mutatorName, replacement = '', location }: Mutant): string {
  const { start, end } = location;
  const first = source.split('\n')[start.line - 1] ?? '';
  const original = first.slice(start.column - 1, end.line === start.line ? end.column - 1 : undefined);
  const untested = status === 'NoCoverage' ? ' (no test comes there)' : '';
  return `${mutatorName}: ${shorten(original)} -> ${shorten(replacement)}${untested}`;
}

function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}
