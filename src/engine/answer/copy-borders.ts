import type { Normalization } from '../../../schemas/task.ts';

/**
 * Where a text may be cut. `text`: not within a word or a grapheme cluster; `currency`: the same, but between a letter
 * and a digit (`USD100`); `figure`: besides, not within a number or a date; `any`: between any two code points.
 */
export type CopyKind = 'text' | 'currency' | 'figure' | 'any';

/** 1 for each offset, in UTF-16 code units, where a copy may begin or end. */
export type CopyBorders = Uint8Array;

/** The kinds of borders of a field, the best one first: a text without any of the best is cut by the next. */
export function toCopyKinds(normalization: Normalization | undefined): readonly CopyKind[] {
  switch (normalization) {
    case undefined:
      return ['text', 'any'];
    case 'currency':
      return ['currency', 'any'];
    case 'number':
    case 'date':
      return ['figure', 'text', 'any'];
    default:
      return normalization satisfies never;
  }
}

/** All borders of a text, in time and space linear in its length. */
export function findCopyBorders(text: string, kind: CopyKind): CopyBorders {
  const borders = new Uint8Array(text.length + 1).fill(1);
  const joinAll = (pattern: RegExp): void => {
    for (const { index, 0: piece } of text.matchAll(pattern)) {
      borders.fill(0, index + 1, index + piece.length);
    }
  };
  switch (kind) {
    case 'any':
      return borders;
    case 'text':
      joinAll(WORD);
      break;
    case 'currency':
      joinAll(LETTERS);
      joinAll(/\p{Nd}+/gu);
      break;
    case 'figure':
      joinAll(LETTERS);
      joinAll(FIGURE);
      break;
    default:
      return kind satisfies never;
  }
  joinClusters(text, borders);
  return borders;
}

const LETTERS = wordPattern(String.raw`\p{L}`);
const WORD = wordPattern(String.raw`\p{L}\p{Nd}`);

/**
 * Runs of these characters, with their marks and joiners, in scripts that put spaces between words. Korean does, but
 * not before its particles.
 */
function wordPattern(characters: string): RegExp {
  const spaceless = ['Han', 'Hira', 'Kana', 'Bopo', 'Hang', 'Thai', 'Laoo', 'Khmr', 'Mymr', 'Tibt'];
  const free = spaceless.map((script) => String.raw`\p{scx=${script}}`).join('');
  return new RegExp(String.raw`[[${characters}\p{M}\u00ad\u200c\u200d]--[${free}]]+`, 'gv');
}

const FIGURE = figurePattern();

/**
 * A date of three numbers, or a number with its grouping, its decimals and the minus that belongs to it. Digits that no
 * way of grouping explains are not joined by commas, because lists have commas as well. A plain space groups only where
 * the decimals are none or follow a comma: `2 150.00` is two columns of a table, `4 312,50` is one number.
 */
function figurePattern(): RegExp {
  const digit = String.raw`[\p{Nd}¼-¾⅐-⅞]`;
  const date = (sign: string): string =>
    String.raw`(?:\p{Nd}{4}(?<a${sign}>[\-\/.])\p{Nd}{1,2}\k<a${sign}>\p{Nd}{1,2}` +
    String.raw`|\p{Nd}{1,2}(?<b${sign}>[\-\/.])\p{Nd}{1,2}\k<b${sign}>\p{Nd}{2,4})(?!${digit})`;
  const minus = String.raw`(?<![^\s\(:=\|\p{Sc}])[\-−–](?:\p{Sc} ?)?(?!${date('After')})`;
  const point = String.raw`(?<![^\s\(\p{Sc}\-−–])[.,]`;
  // Bounded, so that a long list is not tried in full from each of its places.
  const groups = '{1,6}';
  const shapes = [
    String.raw`\p{Nd}{1,3}(?:[\u00a0\u2009\u202f]\p{Nd}{3})${groups}(?:[.,]\p{Nd}+)?`,
    String.raw`\p{Nd}{1,3}(?: \p{Nd}{3})${groups}(?! \p{Nd}{3}|\.\p{Nd})(?:,\p{Nd}+)?`,
    String.raw`\p{Nd}{1,3}(?:,\p{Nd}{3})${groups}(?:\.\p{Nd}+)?`,
    String.raw`\p{Nd}{1,3}(?:\.\p{Nd}{3})${groups}(?:,\p{Nd}+)?`,
    String.raw`\p{Nd}{1,3}(?:['’]\p{Nd}{3})${groups}(?:[.,]\p{Nd}+)?`,
    String.raw`\p{Nd}{1,2}(?:,\p{Nd}{2})${groups},\p{Nd}{3}(?:\.\p{Nd}+)?`,
    String.raw`${digit}+[.,]${digit}+`,
  ];
  const number = String.raw`(?:(?:${shapes.join('|')})(?![.,'’]?${digit})|${digit}+(?:[.'’]${digit}+)*)`;
  return new RegExp(String.raw`${date('')}|(?:${minus})?(?:${point})?${number}`, 'gu');
}

/** Clusters of several code points have one outside ASCII; those within ASCII are line ends, which no copy holds. */
const CLUSTERED = /[\x20-\x7e]?(?:[^\0-\x7f]+[\x20-\x7e]?)+/gu;
const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

function joinClusters(text: string, borders: CopyBorders): void {
  for (const { index, 0: run } of text.matchAll(CLUSTERED)) {
    for (const { index: start, segment } of segmenter.segment(run)) {
      borders.fill(0, index + start + 1, index + start + segment.length);
    }
  }
}
