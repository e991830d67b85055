import type { RunId } from '../../../schemas/ids.ts';
import type { PlannedDocument } from '../../../schemas/plan.ts';
import type { EngineChoices } from '../../engine/engine.ts';
import type { ProgramErrorCode } from '../../errors.ts';
import type { Answered } from '../answer-documents.ts';
import type { Carried } from '../settle-document.ts';
import type { WatchLimits } from '../watched.ts';

/** What the process that works apart is told first: which model, and which run under which directory. */
export type Setup = {
  /** A reference that `loadModel` takes. */
  readonly model: string;
  readonly choices: EngineChoices;
  readonly out: string;
  readonly inputRoots: Readonly<Record<string, string>>;
  readonly runId: RunId;
  readonly limits: WatchLimits;
};

/** Then it is asked, one question at a time. */
export type Question =
  | { readonly kind: 'answer'; readonly documents: readonly PlannedDocument[] }
  /** What the line of a document that cannot be answered carries all the same. */
  | { readonly kind: 'describe'; readonly document: PlannedDocument };

/** `ready` once after the start, then one reply to each question. */
export type Reply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'answered'; readonly answered: Answered }
  | { readonly kind: 'described'; readonly carried: Carried }
  /** Broken infrastructure, as it would be in the worker itself. */
  | { readonly kind: 'failed'; readonly code: ProgramErrorCode | null; readonly message: string };
