import type { Random } from '../../src/bench/random.ts';

/** No input becomes longer than this. */
const MOST_BYTES = 64 * 1024;

/** Bytes with so many random changes. */
export function mutate(bytes: Buffer, changes: number, random: Random): Buffer {
  let changed = bytes;
  for (let change = 0; change < changes; change += 1) {
    changed = random.pick(mutations)(changed, random).subarray(0, MOST_BYTES);
  }
  return changed;
}

type Mutation = (bytes: Buffer, random: Random) => Buffer;

const mutations: readonly [Mutation, ...Mutation[]] = [
  function flipBit(bytes, random) {
    const copy = Buffer.from(bytes);
    const at = random.below(copy.length);
    copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8));
    return copy;
  },
  function cutOut(bytes, random) {
    const [start, end] = drawRange(bytes, random);
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
  },
  function cutOff(bytes, random) {
    return bytes.subarray(0, random.below(bytes.length + 1));
  },
  function repeat(bytes, random) {
    const [start, end] = drawRange(bytes, random);
    const times = random.pick([1, 2, 100, 5000]);
    const most = Math.ceil(MOST_BYTES / Math.max(1, end - start));
    const copies = Array.from({ length: Math.min(times, most) }, () => bytes.subarray(start, end));
    return Buffer.concat([bytes.subarray(0, end), ...copies, bytes.subarray(end)]);
  },
  function insertToken(bytes, random) {
    const at = random.below(bytes.length + 1);
    const token = Buffer.from(tokens[random.below(tokens.length)] ?? '', 'latin1');
    return Buffer.concat([bytes.subarray(0, at), token, bytes.subarray(at)]);
  },
  function insertNoise(bytes, random) {
    const at = random.below(bytes.length + 1);
    const noise = Buffer.from(Array.from({ length: random.below(32) }, () => random.below(256)));
    return Buffer.concat([bytes.subarray(0, at), noise, bytes.subarray(at)]);
  },
  function moveRange(bytes, random) {
    const [start, end] = drawRange(bytes, random);
    const at = random.below(start + 1);
    return Buffer.concat([
      bytes.subarray(0, at),
      bytes.subarray(start, end),
      bytes.subarray(at, start),
      bytes.subarray(end),
    ]);
  },
];

function drawRange(bytes: Buffer, random: Random): [number, number] {
  const start = random.below(bytes.length + 1);
  return [start, start + random.below(Math.min(1024, bytes.length - start) + 1)];
}

/** What formats take for more than text. */
const tokens = [
  '<!--',
  '-->',
  '<![CDATA[',
  '<script>',
  '</table>',
  '<table><tr><td>',
  '<svg>',
  '&#x110000;',
  '&#0;',
  '&lol;',

  '<!DOCTYPE x [<!ENTITY a "aaaa">]>',
  '<w:p>',
  '</w:p>',
  '<w:instrText>',
  '--X',
  '--X--',
  '\r\n\r\n',
  '=?utf-8?B?',
  '{"__proto__":1}',
  '[[[[',
  ']]',
  '\\ud800',
  '1e999',
  '"id":',
  'PK\x03\x04',
  'PK\x05\x06',
  '%PDF-1.7',
  'endobj',
  '/Kids[2 0 R]',
  '/Filter/FlateDecode',
  '/Encrypt 1 0 R',
  '/Length -1',
  'obj <<',
  '99999999999',
  '-2147483648',
  '\0',
  '\xff\xfe',
  '\xef\xbb\xbf',
  '\xed\xa0\x80',
  '\x1f\x8b',
  '\u0080',
];
