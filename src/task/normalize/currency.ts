import { plainText } from './plain-text.ts';

/**
 * The ISO 4217 code of a currency sign, code or word, or null. Signs that several currencies share follow the region or
 * language of `locale`; without one, `$` is USD, `£` GBP, `¥` JPY, and `kr` says nothing.
 */
export function normalizeCurrency(text: string, locale: string | undefined): string | null {
  const word = toWord(text);
  const shared = sharedSigns.get(word);
  return shared === undefined
    ? (readCode(plainText(text)) ?? signs.get(word) ?? readName(word, locale))
    : readShared(shared, locale);
}

/** Every currency that the text may mean (`kr` says not which one); none when it is no currency. */
export function possibleCurrencies(text: string, locale: string | undefined): readonly string[] {
  const shared = sharedSigns.get(toWord(text));
  const code = shared === undefined ? normalizeCurrency(text, locale) : shared.otherwise;
  return [...(code === null ? [] : [code]), ...Object.values(shared?.places ?? {})];
}

function toWord(text: string): string {
  return plainText(text).toLowerCase().replace(/\.$/, '');
}

/** Keys in lower case, without a dot at the end. */
const signs = new Map<string, string>([
  ['€', 'EUR'],
  ['euros', 'EUR'],
  ['us$', 'USD'],
  ['$us', 'USD'],
  ['usd$', 'USD'],
  ['c$', 'CAD'],
  ['ca$', 'CAD'],
  ['a$', 'AUD'],
  ['au$', 'AUD'],
  ['nz$', 'NZD'],
  ['hk$', 'HKD'],
  ['s$', 'SGD'],
  ['nt$', 'TWD'],
  ['$ca', 'CAD'],
  ['$au', 'AUD'],
  ['$nz', 'NZD'],
  ['$mx', 'MXN'],
  ['jp¥', 'JPY'],
  ['skr', 'SEK'],
  ['nkr', 'NOK'],
  ['dkr', 'DKK'],
  ['£gb', 'GBP'],
  ['gb£', 'GBP'],
  ['mx$', 'MXN'],
  ['r$', 'BRL'],
  ['pound sterling', 'GBP'],
  ['pounds sterling', 'GBP'],
  ['sterling', 'GBP'],
  ['円', 'JPY'],
  ['yen', 'JPY'],
  ['元', 'CNY'],
  ['人民币', 'CNY'],
  ['cn¥', 'CNY'],
  ['rmb', 'CNY'],
  ['fr', 'CHF'],
  ['sfr', 'CHF'],
  ['franken', 'CHF'],
  ['schweizer franken', 'CHF'],
  ['swiss francs', 'CHF'],
  ['kronor', 'SEK'],
  ['zł', 'PLN'],
  ['kč', 'CZK'],
  ['ft', 'HUF'],
  ['₽', 'RUB'],
  ['руб', 'RUB'],
  ['₴', 'UAH'],
  ['₺', 'TRY'],
  ['₹', 'INR'],
  ['₩', 'KRW'],
  ['₪', 'ILS'],
  ['฿', 'THB'],
  ['₫', 'VND'],
  ['₱', 'PHP'],
  ['₦', 'NGN'],
]);

type SharedSign = { readonly otherwise: string | null; readonly places: Readonly<Record<string, string>> };

const dollar: SharedSign = {
  otherwise: 'USD',
  places: {
    CA: 'CAD',
    AU: 'AUD',
    NZ: 'NZD',
    HK: 'HKD',
    SG: 'SGD',
    TW: 'TWD',
    MX: 'MXN',
    AR: 'ARS',
    CL: 'CLP',
    CO: 'COP',
    UY: 'UYU',
  },
};
const pound: SharedSign = { otherwise: 'GBP', places: { EG: 'EGP', LB: 'LBP', SY: 'SYP', GI: 'GIP', FK: 'FKP' } };
const yen: SharedSign = { otherwise: 'JPY', places: { CN: 'CNY' } };
const crown: SharedSign = {
  otherwise: null,
  places: { SE: 'SEK', NO: 'NOK', DK: 'DKK', IS: 'ISK', FO: 'DKK', GL: 'DKK' },
};

const sharedSigns = new Map<string, SharedSign>([
  ['$', dollar],
  ['dollar', dollar],
  ['dollars', dollar],
  ['£', pound],
  ['pound', pound],
  ['pounds', pound],
  ['¥', yen],
  ['kr', crown],
  ['rs', { otherwise: 'INR', places: { PK: 'PKR', LK: 'LKR', NP: 'NPR', MU: 'MUR' } }],
  ['krona', { otherwise: 'SEK', places: { IS: 'ISK' } }],
  ['kroner', { otherwise: null, places: crown.places }],
]);

/** In lower case too, because no word is spelled so: `all` and `top` are codes of currencies as well. */
const unmistakable: ReadonlySet<string> = new Set(['EUR', 'USD', 'GBP', 'CHF', 'JPY', 'SEK']);

function readCode(text: string): string | null {
  const written = text.replace(/\.$/, '');
  const code = written.toUpperCase();
  return (written === code || unmistakable.has(code)) && Intl.supportedValuesOf('currency').includes(code)
    ? code
    : null;
}

function readShared(sign: SharedSign, locale: string | undefined): string | null {
  const region = locale === undefined ? undefined : new Intl.Locale(locale).maximize().region;
  return (region === undefined ? undefined : sign.places[region]) ?? sign.otherwise;
}

/** The names of currencies in the locale's language and in English: `Schweizer Franken`, `US Dollar`. */
function readName(word: string, locale: string | undefined): string | null {
  for (const language of locale === undefined ? ['en'] : [locale, 'en']) {
    const names = new Intl.DisplayNames(language, { type: 'currency' });
    const code = Intl.supportedValuesOf('currency').find((code) => names.of(code)?.toLowerCase() === word);
    if (code !== undefined) {
      return code;
    }
  }
  return null;
}
