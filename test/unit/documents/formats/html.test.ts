import { expect, test } from 'vitest';
import { parseHtml } from '../../../../src/documents/formats/html.ts';
import { maxHtmlDepth } from '../../../../src/documents/limits.ts';

function textOf(html: string | Uint8Array): string {
  const result = parseHtml(Buffer.from(html));
  return result.status === 'read' ? result.document.text : result.error.code;
}

test('the text of a page has its paragraphs as lines and the cells of a row in one line', () => {
  const html = `<html><head><title>Shop</title></head><body><h1>Invoice</h1><p>From
    Nord&shy;licht&nbsp;GmbH &amp; Co</p><table><tr><th>Item</th><th>Price</th></tr><tr><td>Lamp</td><td>1,50</td></tr>
    </table><ul><li>one</li><li>two</li></ul><p>See <a href="https://x.test">this</a>.<br>Bye<footer>IBAN DE1</footer>`;
  expect(textOf(html).split('\n')).toEqual([
    'Invoice',
    '',
    'From Nord\u00adlicht\u00a0GmbH & Co',
    '',
    'Item\tPrice',
    'Lamp\t1,50',
    '',
    ' * one',
    ' * two',
    '',
    'See this.',
    'Bye',
    '',
    'IBAN DE1',
  ]);
});

test('what a reader does not see is no text: scripts, styles, hidden parts, navigation, pictures', () => {
  const html = `<!doctype html><title>t</title><style>a{}</style><nav>Home</nav><script>alert(1)</script><p>seen</p>
    <p hidden>a</p><p style="color:red; DISPLAY: none">b</p><div style="visibility:hidden"><p>c</p></div>
    <template>d</template><noscript>e</noscript><svg><text>f</text></svg><iframe src=x>g</iframe><img alt=h src=x>
    <button>i</button><select><option>j</select><!-- k -->`;
  expect(textOf(html)).toBe('seen');
});

test('a page without visible text is empty', () => {
  expect(textOf('<html><body><script>x</script></body></html>')).toBe('EMPTY');
});

test('the declared encoding is used unless a byte order mark says otherwise', () => {
  const page = (meta: string) => `<html>${meta}<p>Grüße</p>`;
  expect(textOf(Buffer.from(page('<meta charset="iso-8859-1">'), 'latin1'))).toBe('Grüße');
  const equiv = page('<meta http-equiv="Content-Type" content="text/html; charset=windows-1252">');
  expect(textOf(Buffer.from(equiv, 'latin1'))).toBe('Grüße');
  expect(textOf(`\ufeff${page('<meta charset="iso-8859-1">')}`)).toBe('Grüße');
  expect(textOf(page('<meta charset="utf-16">'))).toBe('Grüße');
  expect(textOf(page('<meta charset="no such">'))).toBe('Grüße');
  expect(textOf(Buffer.from(`\ufeff${page('<meta charset=utf-8>')}`, 'utf16le'))).toBe('Grüße');
  expect(textOf(Buffer.from('<html><meta charset="shift_jis"><p>\x93\xfa\x96{</p>', 'latin1'))).toBe('日本');
});

test('bytes that are not of the declared encoding are replaced and flagged', () => {
  const result = parseHtml(Buffer.from('<html><meta charset=utf-8><p>Caf\xe9 au lait</p>', 'latin1'));
  expect(result).toEqual({ status: 'read', document: { text: 'Caf\ufffd au lait', flags: ['lossy'] } });
});

test('elements may be nested to a depth, and open ones count', () => {
  const nested = (depth: number, end: string) => `${'<div>'.repeat(depth)}x${end}`;
  expect(textOf(nested(maxHtmlDepth, '</div>'.repeat(maxHtmlDepth)))).toBe('x');
  expect(textOf(nested(maxHtmlDepth + 1, ''))).toBe('TOO_LARGE');
  expect(textOf('<html><body>' + '<i>a</i><br>'.repeat(maxHtmlDepth + 1))).toMatch(/^a\na/);
  expect(textOf(nested(500_000, ''))).toBe('TOO_LARGE');
});

test('tables that only place things leave no gaps behind', () => {
  const cell = '<td> &nbsp; </td>';
  const html = `<html><table><tr>${cell}${cell}</tr><tr>${cell}</tr></table><p>a</p><table><tr><td></td></tr><tr><td></td></tr>
    <tr><td><p>b</p></td></tr></table>`;
  expect(textOf(html)).toBe('a\n\nb');
});

test('a code page that is guessed is said to be guessed', () => {
  const text = 'Für die Lieferung der Möbel nach Köln und Düsseldorf fällt für größere Stücke eine Gebühr an. '.repeat(
    5,
  );
  const result = parseHtml(Buffer.from(`<html><p>${text}</p>`, 'latin1'));
  expect(result).toEqual({ status: 'read', document: { text: text.trim(), flags: ['guessed-encoding'] } });
});
