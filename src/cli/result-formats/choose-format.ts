import type { Parser } from '../../documents/parse-apart/open-parser.ts';
import { readDocument } from '../../documents/read-document.ts';
import { type OpenRun, rootsOf } from '../../ledger/open-run.ts';
import { csvFormat } from './csv-format.ts';
import { langextractFormat } from './langextract-format.ts';
import { openaiFormat } from './openai-format.ts';
import type { ResultFormat } from './result-format.ts';

export const formatNames = ['jsonl', 'csv', 'langextract', 'openai'] as const;
export type FormatName = (typeof formatNames)[number];

/** The form of a run's lines. The form that holds the texts reads them: `inputRoots` says where input is on this machine. */
export function chooseFormat(
  name: FormatName,
  open: OpenRun,
  { inputRoots, parser }: { readonly inputRoots: Readonly<Record<string, string>>; readonly parser: Parser },
): ResultFormat {
  const { run } = open;
  switch (name) {
    case 'jsonl':
      return { lineEnd: '\n', toLine: async ({ text }) => ({ text }) };
    case 'csv':
      return csvFormat(run);
    case 'langextract': {
      const roots = rootsOf(open, inputRoots);
      return langextractFormat(run, (document) => readDocument(document, { roots, reading: run, parser }));
    }
    case 'openai':
      return openaiFormat(run);
    default:
      return name satisfies never;
  }
}
