import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutAtSpans } from '../../../../src/cli/inspection/cut-at-spans.ts';

const cases = fc.string({ minLength: 1, maxLength: 30 }).chain((text) => {
  const offset = fc.nat({ max: text.length });
  const span = fc
    .tuple(offset, offset)
    .filter(([one, other]) => one !== other)
    .map((ends) => ({ start: Math.min(...ends), end: Math.max(...ends) }));
  return fc.record({ text: fc.constant(text), spans: fc.array(span, { maxLength: 6 }) });
});

test('the pieces of a text join back to it, and those inside a span to the span, however spans overlap', () => {
  fc.assert(
    fc.property(cases, ({ text, spans }) => {
      const pieces = cutAtSpans(text, spans);
      expect(pieces.map((piece) => piece.text).join('')).toBe(text);
      for (const [index, { start, end }] of spans.entries()) {
        const inside = pieces.filter((piece) => piece.inside.includes(index));
        expect(inside.map((piece) => piece.text).join('')).toBe(text.slice(start, end));
        expect(pieces.filter((piece) => piece.begin.includes(index))).toEqual(inside.slice(0, 1));
        expect(pieces.filter((piece) => piece.end.includes(index))).toEqual(inside.slice(-1));
      }
    }),
  );
});
