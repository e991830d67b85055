import { join } from 'node:path';
import { z } from 'zod';
import type { JsonObject } from '../../schemas/json.ts';
import type { DataSet, Row, Split } from './data-set.ts';
import { published } from './published.ts';
import { readRows } from './read-rows.ts';
import { runPython } from './run-python.ts';
import { lettersAndDigits } from './same-text.ts';
import { figureOf } from './scores.ts';

const rowSchema = z.object({ id: z.string(), text: z.string(), label: z.string() });

/** BANKING77: the intent of a bank customer's question, one of 77. */
export const banking77: DataSet = {
  name: 'banking77',
  title: "BANKING77: the intent of a bank customer's question, one of 77",
  about: 'BANKING77 (Casanueva et al. 2020), official split, CC BY 4.0. Some of its labels are known to be wrong.',
  task: join(import.meta.dirname, 'tasks/banking77.json'),
  read: readBanking,
  baseline: { name: 'TF-IDF and logistic regression', answer: classifyByWords },
  figures: (scores) => ({
    accuracy: figureOf(scores, '/intent', 'accuracy'),
    'macro-F1': figureOf(scores, '/intent', 'macroF1'),
  }),
  publishedMeasure: 'accuracy',
  published: published.banking77,
};

async function readBanking(directory: string): ReturnType<DataSet['read']> {
  const train = await readRows(join(directory, 'train.jsonl'), rowSchema);
  const test = await readRows(join(directory, 'test.jsonl'), rowSchema);
  const tested = new Set(test.map((row) => lettersAndDigits(row.text).letters));
  const fresh = train.filter((row) => !tested.has(lettersAndDigits(row.text).letters));
  return {
    train: fresh.map(toRow),
    test: test.map(toRow),
    leftOut: { 'occurs in the test part too': train.length - fresh.length },
  };
}

function toRow({ id, text, label }: z.infer<typeof rowSchema>): Row {
  return { id, text, gold: { intent: label } };
}

const labelsSchema = z.array(z.string());

async function classifyByWords({ train, test }: Split): Promise<JsonObject[]> {
  const input = {
    texts: train.map(({ text }) => text),
    labels: train.map(({ gold }) => gold['intent']),
    asked: test.map(({ text }) => text),
  };
  const output = await runPython([join(import.meta.dirname, 'tfidf.py')], { stdin: JSON.stringify(input) });
  return labelsSchema.parse(JSON.parse(output)).map((intent) => ({ intent }));
}
