/** The process that answers documents apart from their worker: whatever they do to it, the worker goes on. */
import { loadModel } from '../../engine/load-model.ts';
import { AppError, isAppError } from '../../errors.ts';
import { readDocument } from '../../documents/read-document.ts';
import { answerDocuments } from '../answer-documents.ts';
import type { Carried } from '../settle-document.ts';
import { startWatchdog } from '../watchdog.ts';
import { type WorkedRun, createWorkedRuns } from '../worked-runs.ts';
import type { Question, Reply, Setup } from './protocol.ts';

async function openRun({ model, choices, out, inputRoots, runId }: Setup): Promise<WorkedRun> {
  const loaded = await loadModel(model, choices);
  const runs = createWorkedRuns({ out, model: loaded, inputRoots, only: undefined });
  const lookup = await runs.find(runId);
  if (lookup.status === 'found') return lookup.worked;
  throw new AppError(
    'CONFIG_INVALID',
    lookup.status === 'refused' ? lookup.reason : `The run \`${runId}\` is gone; it was removed meanwhile.`,
  );
}

async function reply(question: Question, worked: WorkedRun, signal: AbortSignal): Promise<Reply> {
  if (question.kind === 'answer') {
    return { kind: 'answered', answered: await answerDocuments(worked, question.documents, signal) };
  }
  const { open, roots, parser } = worked;
  const read = await readDocument(question.document, { roots, reading: open.run, parser });
  const carried: Carried = read.status === 'read' ? read.document : { keep: read.keep };
  return { kind: 'described', carried: { flags: carried.flags, keep: carried.keep } };
}

/** What throws here is broken infrastructure, and the worker hears of it. */
async function orFailed(work: () => Promise<Reply>): Promise<Reply> {
  try {
    return await work();
  } catch (error) {
    const code = isAppError(error) ? error.code : null;
    return { kind: 'failed', code, message: error instanceof Error ? error.message : String(error) };
  }
}

async function serve(setup: Setup): Promise<Reply> {
  const watchdog = await startWatchdog(setup.limits);
  const worked = await openRun(setup);
  const answer = async (question: Question): Promise<void> => {
    using watched = watchdog.watch(new AbortController().signal);
    process.send?.(await orFailed(() => reply(question, worked, watched.signal)));
  };
  process.on('message', (question: Question) => void answer(question));
  return { kind: 'ready' };
}

async function main(setup: Setup): Promise<void> {
  process.send?.(await orFailed(() => serve(setup)));
}

process.once('message', (setup: Setup) => void main(setup));
// The worker has gone, and with it everybody who could want an answer.
process.on('disconnect', () => process.exit());
