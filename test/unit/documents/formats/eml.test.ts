import { expect, test } from 'vitest';
import { parseEml } from '../../../../src/documents/formats/eml.ts';

async function textOf(...lines: readonly string[]): Promise<string> {
  const result = await parseEml(Buffer.from(lines.join('\r\n')));
  return result.status === 'read' ? result.document.text : result.error.code;
}

const head = [
  'Received: from a by b',
  'From: =?utf-8?Q?Zo=C3=AB?= <zoe@example.org>',
  'To: Bob <bob@example.org>, team@example.org',
  'Cc: Friends: ann@example.org, Eve <eve@example.org>;',
  'Subject: =?utf-8?B?UsO8Y2tnYWJl?=',
  'Date: Thu, 13 Oct 2016 04:39:49 -0700',
  'MIME-Version: 1.0',
];
const shownHead = `Subject: Rückgabe
From: Zoë <zoe@example.org>
To: Bob <bob@example.org>, team@example.org
Cc: Friends: ann@example.org, Eve <eve@example.org>;
Date: Thu, 13 Oct 2016 04:39:49 -0700`;

test('a mail is read as its reader sees it: chosen header fields, the plain text, and what is attached', async () => {
  const text = await textOf(
    ...head,
    'Content-Type: multipart/mixed; boundary=X',
    '',
    '--X',
    'Content-Type: multipart/alternative; boundary=Y',
    '',
    '--Y',
    'Content-Type: text/plain; charset=iso-8859-1',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    'Sch=F6ne Gr=FC=DFe',
    'Zo=EB',
    '--Y',
    'Content-Type: text/html',
    '',
    '<p>not this</p>',
    '--Y--',
    '--X',
    'Content-Type: application/pdf; name="bill.pdf"',
    'Content-Disposition: attachment; filename="bill.pdf"',
    'Content-Transfer-Encoding: base64',
    '',
    'JVBERi0=',
    '--X--',
    '',
  );
  expect(text).toBe(`${shownHead}\n\nSchöne Grüße\nZoë\n\nAttachment: bill.pdf (application/pdf)`);
});

test('a mail that is HTML alone is read as its visible text', async () => {
  const text = await textOf(
    ...head,
    'Content-Type: text/html; charset=utf-8',
    '',
    '<p>Hello <b>you</b><script>1</script>',
  );
  expect(text).toBe(`${shownHead}\n\nHello you`);
});

test('a mail without a body is its header fields, and one that holds nothing is empty', async () => {
  expect(await textOf(...head, '', '')).toBe(shownHead);
  expect(await textOf('Received: from a by b', 'MIME-Version: 1.0', '', '')).toBe('EMPTY');
});

test('a mail whose HTML is nested too deep is refused', async () => {
  expect(await textOf(...head, 'Content-Type: text/html', '', '<div>'.repeat(2000), 'x')).toBe('TOO_LARGE');
});

test('bytes that are not of the declared encoding are replaced and flagged', async () => {
  const mail = Buffer.from(
    [...head, 'Content-Type: text/plain; charset=utf-8', '', 'Caf\xe9 au lait'].join('\r\n'),
    'latin1',
  );
  expect(await parseEml(mail)).toMatchObject({ status: 'read', document: { flags: ['lossy'] } });
});
