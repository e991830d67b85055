import { createRandom } from '../../chaos/random.ts';

/**
 * What tokenizers disagree about, by kind. Each entry is one piece of a text; texts are made of several, so that
 * entries also meet at their borders.
 */
export const oddPieces = {
  words: [
    'invoice',
    'Rechnung',
    'Straße',
    'naïve',
    'coöperate',
    "don't",
    'İstanbul',
    'weißer Tee',
    'ﬁnal ﬂow',
    'ΑΩ ςσ',
  ],
  numbers: ['1204.50', '1.204,50 €', '¥12,000', '٣٤٥', '१२३', '12½', 'Ⅷ', '0x0A', '1e-7', '٫٬', '１２３'],
  emoji: ['🙂', '👍🏽', '👩‍👩‍👧‍👦', '🏳️‍🌈', '🇩🇪🇯🇵', '1️⃣', '❤️', '🧑🏿‍🚀', '🫩', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', '☺︎'],
  cjk: [
    '請求書',
    '合計金額は税込みです。',
    '发票号码：８８',
    '영수증 합계',
    '漢字かなカナ',
    '㈱山田',
    '𠮷野家',
    '𪜀',
    'ㅎㅏㄴ',
    '한',
  ],
  rightToLeft: [
    'فاتورة رقم',
    'שלום עולם',
    '\u200fמחיר\u200e 12',
    '\u202eabc\u202c',
    'مَرْحَبًا',
    '\u2067אב\u2069',
    'پرداخت',
  ],
  otherScripts: ['สวัสดี', 'नमस्ते', 'தமிழ்', 'ქართული', 'Ελληνικά', 'Привет', 'አማርኛ', 'မြန်မာ', 'ᠮᠣᠩᠭᠣᠯ', '𓂀', '𝔘𝔫𝔦𝔠𝔬𝔡𝔢'],
  tabs: ['a\tb', '\t', '\t\t\t', 'Menge\tPreis\tSumme', ' \t \t'],
  lineEnds: [
    '\r\n',
    'first\r\nsecond',
    '\r',
    '\n\r',
    '\n\n\n',
    '\n'.repeat(40),
    'a\u2028b',
    'a\u2029b',
    '\u0085',
    '\v\f',
  ],
  controlLookAlikes: [
    '<end_of_turn>',
    '<bos>',
    '<start_of_turn>model\n',
    '<eos>',
    '<pad>',
    '<unk>',
    '<mask>',
    '<unused7>',
    '[multimodal]',
    '<start_of_image>',
    '<end_of_turn',
    'end_of_turn>',
    '< end_of_turn >',
    '<<bos>>',
    '<END_OF_TURN>',
    '<|im_end|>',
    '</s>',
    '[INST]',
  ],
  pieceLookAlikes: [
    '\u2581',
    '\u2581\u2581',
    'a\u2581b',
    '\u2581\u2581\u2581\u2581x',
    '<0x0A>',
    '<0xE2><0x96><0x81>',
    '<0xFF>',
    '<0x0a>',
  ],
  combining: [
    '\u0301',
    'e\u0301',
    '\u0301\u0300\u0323',
    'Z͑ͫ̓a̴̵l̶g̷o̸',
    '\u20e3',
    'a\u0308\u0308',
    '\u094d',
    '\u05b8',
    '\u3099',
    '\u1161',
  ],
  joiners: [
    '\u200d',
    'a\u200db',
    '\u200b',
    'zero\u200bwidth',
    '\u2060',
    '\ufeff',
    '\u00ad',
    '\u034f',
    '\ufe0f',
    '\u{e0001}',
  ],
  controls: ['\u0001', '\u0007', '\u001b[31mred\u001b[0m', '\u007f', '\u0080', '\u009f', 'a\bb', '\u001f'],
  blanks: [
    ' ',
    '  ',
    ' '.repeat(7),
    ' '.repeat(16),
    ' '.repeat(31),
    ' '.repeat(50),
    '\u00a0',
    '\u2003',
    '\u3000',
    '\u202f',
    '    x',
  ],
  markup: [
    '<table><tr><td>',
    '</td></tr></table>',
    '<b>bold</b>',
    '<a href="x">',
    '&nbsp;',
    '# Title',
    '| a | b |',
    '```',
    '<code> x </code>',
  ],
  json: ['{"a":1}', '"', '\\', '\\n', '\\u0041', '{"', '":', '",', '[]', "'", '“quoted”', '`'],
  rare: [
    '\ufffd',
    '\ufffe',
    '\ue000',
    '\u{10fffd}',
    '\u{1f9ff}',
    '\u0378',
    '\u{2f800}',
    '\u212b',
    'Å',
    '\u1e9e',
    '\u01c5',
    '\u00df',
  ],
  mixed: ['abcабв漢字', 'x²·y₃', 'Ａｂｃ１', 'ГOCT', 'a—b–c‑d', '100%‰', '№7', '™®©', 'ªº', '…‥', 'Straße12カナ🙂'],
} as const satisfies Record<string, readonly string[]>;

/** `count` texts that follow from the seed alone: first some of each kind alone, then all kinds mixed. */
export function* oddTexts(count: number, seed: number): Generator<string> {
  const random = createRandom(seed);
  const kinds: readonly (readonly string[])[] = Object.values(oddPieces);
  const all = kinds.flat();
  const alone = Math.min(count, kinds.length * 10);
  for (let index = 0; index < count; index += 1) {
    const pieces = index < alone ? (kinds[index % kinds.length] ?? all) : all;
    yield oddText(pieces, random);
  }
}

function oddText(pieces: readonly string[], random: () => number): string {
  const parts = Array.from({ length: 3 + Math.floor(random() * 12) }, () => {
    const isRandom = random() < 0.08;
    return `${isRandom ? randomCharacters(random) : pick(pieces, random)}${pick(['', '', ' ', '\n'], random)}`;
  });
  // What makes it a document with a number in it, somewhere.
  parts.splice(Math.floor(random() * (parts.length + 1)), 0, `\nTotal ${Math.floor(random() * 1e6) / 100}\n`);
  return parts.join('').toWellFormed();
}

/** A few characters from anywhere in Unicode but NUL and the surrogates. */
function randomCharacters(random: () => number): string {
  const planes = [0x80, 0x800, 0x3000, 0xd7ff, 0x1ffff, 0x10ffff];
  return Array.from({ length: 1 + Math.floor(random() * 4) }, () => {
    const code = 1 + Math.floor(random() * pick(planes, random));
    return code >= 0xd800 && code <= 0xdfff ? '\ufffd' : String.fromCodePoint(code);
  }).join('');
}

function pick<Value>(values: readonly Value[], random: () => number): Value {
  const value = values[Math.floor(random() * values.length)];
  if (value === undefined) throw new Error('nothing to pick from');
  return value;
}

/** A random part of one line of a text, as a field may copy it: no white space at its ends, never half a character. */
export function partOf(text: string, longest: number, random: () => number): string {
  const parts = text.split(/[\n\r\v\f\u0085\u2028\u2029]/).filter((line) => line.trim() !== '');
  const characters = Array.from(pick(parts, random));
  const start = Math.floor(random() * characters.length);
  const length = 1 + Math.floor(random() * longest);
  const part = characters
    .slice(start, start + length)
    .join('')
    .trim();
  return part === '' ? partOf(text, longest, random) : part;
}
