import { createRandom, type Random } from './random.ts';

export type TextKind = 'mail' | 'invoice';

const NAMES = ['Nordlicht GmbH', 'Alder & Finch Ltd', 'Kestrel Logistics', 'Baker Street Foods', 'Vantrix SA'] as const;
const GOODS = ['copier paper', 'desk lamp', 'USB-C cable', 'steel shelf', 'oak board', 'ink cartridge'] as const;
const PARTS = ['the invoice', 'my account', 'the parcel', 'the export', 'our contract', 'the last order'] as const;
const VERBS = ['was charged twice', 'does not arrive', 'cannot be opened', 'shows an error', 'needs a change'] as const;
const TIMES = ['since Monday', 'for two weeks', 'after the update', 'again this morning', 'as of 3 March'] as const;
const WISHES = [
  'Please tell me what to do next.',
  'Could somebody call me back today?',
  'I would like my money back.',
  'Thank you for looking into it.',
] as const;

/** A text of `tokens` tokens, or a few less, that is the same on every machine for the same seed. */
export function writeText(kind: TextKind, tokens: number, seed: number, countTokens: (text: string) => number): string {
  const random = createRandom(seed);
  const write = kind === 'mail' ? writeSentence : writeItem;
  let text = kind === 'mail' ? 'Hello,\n' : writeHead(random);
  while (countTokens(text) < tokens) text += write(random);
  return cutToTokens(text, tokens, countTokens);
}

function writeSentence({ pick, below }: Random): string {
  const order = 10_000 + below(90_000);
  return pick([
    `${pick(PARTS)} ${order} ${pick(VERBS)} ${pick(TIMES)}.\n`,
    `I ordered ${2 + below(20)} pieces of ${pick(GOODS)} from ${pick(NAMES)}, and ${pick(PARTS)} ${pick(VERBS)}. `,
    `${pick(WISHES)} `,
  ]);
}

function writeHead({ pick, below }: Random): string {
  const date = `${2024 + below(3)}-0${1 + below(9)}-${10 + below(18)}`;
  return `${pick(NAMES)}\nInvoice ${pick(['INV', 'RE', 'F'])}-${1000 + below(9000)}\nDate: ${date}\nDue: net 30\n\n`;
}

function writeItem({ pick, below }: Random): string {
  const amount = `${10 + below(900)}.${10 + below(90)}`;
  return `${1 + below(40)} x ${pick(GOODS)}, article ${100 + below(900)}: EUR ${amount}\n`;
}

function cutToTokens(text: string, tokens: number, countTokens: (text: string) => number): string {
  const words = text.split(/(?<=\s)/);
  while (countTokens(words.join('').trimEnd()) > tokens) words.pop();
  return words.join('').trimEnd();
}
