import type { PlannedDocument } from '../../../schemas/plan.ts';
import { type Answered, NO_SECONDS, NO_TOKENS, joinAnswered } from '../answer-documents.ts';
import { type Carried, settleError } from '../settle-document.ts';

/** What became of documents in a process of their own: they were answered, or they ended it by a fault of their own. */
export type AskedApart =
  | { readonly status: 'answered'; readonly answered: Answered }
  /** `unspoilt`: the process had worked on nothing before, so that nothing else can have spoilt it. */
  | { readonly status: 'died'; readonly unspoilt: boolean };

export type AnswerApartOptions = {
  /** Throws for whatever is not the documents' doing, such as a kill from outside. */
  readonly ask: (documents: readonly PlannedDocument[]) => Promise<AskedApart>;
  readonly describe: (document: PlannedDocument) => Promise<Carried>;
  readonly onCondemned: (document: PlannedDocument) => void;
};

/** A document is condemned when it alone has ended so many processes that had done nothing else. */
export const MOST_DEATHS = 3;

/**
 * Answers the documents of a shard whose workers died. Together, as ever: the workers may have died of anything, and
 * then the lines are those of a calm run. Only if that ends the process too, each alone, and those that end theirs again
 * and again become `WORKER_CRASH`; the others keep their answers.
 */
export async function answerApart(
  documents: readonly PlannedDocument[],
  options: AnswerApartOptions,
): Promise<Answered> {
  if (documents.length > 1) {
    const together = await options.ask(documents);
    if (together.status === 'answered') return together.answered;
  }
  const alone: Answered[] = [];
  for (const document of documents) alone.push(await answerAlone(document, options));
  return joinAnswered(alone);
}

async function answerAlone(
  document: PlannedDocument,
  { ask, describe, onCondemned }: AnswerApartOptions,
): Promise<Answered> {
  for (let deaths = 0; deaths < MOST_DEATHS;) {
    const asked = await ask([document]);
    if (asked.status === 'answered') return asked.answered;
    if (asked.unspoilt) deaths += 1;
  }
  onCondemned(document);
  const message = `The document ended ${MOST_DEATHS} processes that worked on it alone.`;
  const { line } = settleError(document.id, { code: 'WORKER_CRASH', message }, await describe(document));
  return { lines: [line], tokens: NO_TOKENS, seconds: NO_SECONDS };
}
