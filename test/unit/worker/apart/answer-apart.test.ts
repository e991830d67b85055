import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PlannedDocument } from '../../../../schemas/plan.ts';
import { NO_SECONDS, NO_TOKENS } from '../../../../src/worker/answer-documents.ts';
import { MOST_DEATHS, answerApart } from '../../../../src/worker/apart/answer-apart.ts';
import { aDocument, okLine } from '../../../support/a-run.ts';

/** How documents behave in a process: the poisonous ones end it, the others are answered. */
type Behaviour = {
  readonly poison: ReadonlySet<string>;
  /** Questions, by their number, whose process is ended though no document is to blame. */
  readonly accidents?: ReadonlySet<number>;
};

async function answer(ids: readonly string[], { poison, accidents = new Set() }: Behaviour) {
  const condemned: string[] = [];
  const deathsAlone = new Map<string, number>();
  let asked = 0;
  let sinceStart = 0;
  const { lines } = await answerApart(ids.map(aDocument), {
    ask: async (documents) => {
      asked += 1;
      sinceStart += 1;
      const own = documents.map(({ id }) => id);
      if (accidents.has(asked) || own.some((id) => poison.has(id))) {
        const unspoilt = sinceStart === 1;
        sinceStart = 0;
        if (own.length === 1 && unspoilt) deathsAlone.set(String(own[0]), (deathsAlone.get(String(own[0])) ?? 0) + 1);
        return { status: 'died', unspoilt };
      }
      return {
        status: 'answered',
        answered: { lines: own.map((id) => okLine(id)), tokens: NO_TOKENS, seconds: NO_SECONDS },
      };
    },
    describe: async ({ id }: PlannedDocument) => {
      sinceStart += 1;
      return { keep: { row: id } };
    },
    onCondemned: ({ id }) => condemned.push(id),
  });
  return { lines, condemned, deathsAlone, asked };
}

const idsOf = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,3}$/), { minLength: 1, maxLength: 12 });

test('exactly the documents that end their process alone are condemned, and every other one keeps its answer [P12]', async () => {
  await fc.assert(
    fc.asyncProperty(idsOf, fc.infiniteStream(fc.boolean()), async (ids, coins) => {
      const poison = new Set(ids.filter(() => coins.next().value === true));
      const { lines, condemned, deathsAlone } = await answer(ids, { poison });
      expect(lines.map(({ id }) => id)).toEqual(ids);
      expect(lines.filter(({ status }) => status === 'failed').map(({ id }) => id)).toEqual([...poison]);
      expect(condemned).toEqual([...poison]);
      for (const id of poison) expect(deathsAlone.get(id)).toBe(MOST_DEATHS);
    }),
  );
});

test('one accident, whenever it comes, condemns no document', async () => {
  await fc.assert(
    fc.asyncProperty(idsOf, fc.integer({ min: 1, max: 20 }), async (ids, when) => {
      const { lines, condemned } = await answer(ids, { poison: new Set(), accidents: new Set([when]) });
      expect(condemned).toEqual([]);
      expect(lines).toEqual(ids.map((id) => okLine(id)));
    }),
  );
});

test('documents that end no process are answered together, as in a calm run', async () => {
  expect(await answer(['a', 'b', 'c'], { poison: new Set() })).toMatchObject({ asked: 1, condemned: [] });
});

test('the line of a condemned document says so and carries what the document has', async () => {
  const { lines } = await answer(['a', 'b'], { poison: new Set(['b']) });
  expect(lines[1]).toEqual({
    id: 'b',
    status: 'failed',
    error: { code: 'WORKER_CRASH', message: 'The document ended 3 processes that worked on it alone.' },
    keep: { row: 'b' },
  });
});
