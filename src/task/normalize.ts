import type { Normalization } from '../../schemas/task.ts';
import { normalizeCurrency } from './normalize/currency.ts';
import { normalizeDate } from './normalize/date.ts';
import { normalizeNumber } from './normalize/number.ts';

/** A date, an amount or a currency is never longer; parsing a long text would hold the process up. */
const MAX_LENGTH = 100;

/**
 * What a copied text says: a date `YYYY-MM-DD`, a number, or an ISO 4217 code; null when the text as a whole does not
 * say exactly one. `locale` (BCP 47) decides only what is ambiguous.
 */
export function normalizeValue(kind: Normalization, text: string, locale: string | undefined): string | number | null {
  if (text.length > MAX_LENGTH) {
    return null;
  }
  switch (kind) {
    case 'date':
      return normalizeDate(text, locale);
    case 'number':
      return normalizeNumber(text, locale);
    case 'currency':
      return normalizeCurrency(text, locale);
    default:
      return kind satisfies never;
  }
}
