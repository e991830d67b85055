import PostalMime, { type Address, type Attachment, type Email } from 'postal-mime';
import { checkText } from '../decode-text.ts';
import type { ReadResult } from '../document.ts';
import { toVisibleText } from './html.ts';

/**
 * A mail as its reader sees it: subject, sender, receivers and date, each in a line of its own, then the plain text, or
 * the visible text of its HTML where there is no other, and a line for each attachment, whose content is not read.
 * Refuses as a page does when its HTML does.
 */
export async function parseEml(bytes: Uint8Array): Promise<ReadResult> {
  const mail = await PostalMime.parse(bytes);
  const body = toBody(mail);
  if (body.status === 'refused' && body.error.code !== 'EMPTY') return body;
  const text = body.status === 'read' ? body.document.text : '';
  const parts = [headerLines(mail), text.trim(), mail.attachments.map(attachmentLine).join('\n')];
  const whole = parts.filter((part) => part !== '').join('\n\n');
  return checkText(whole, whole.includes('\ufffd') ? ['lossy'] : []);
}

function toBody({ text = '', html = '' }: Email): ReadResult {
  return text.trim() === '' ? toVisibleText(html) : checkText(text.replaceAll('\r\n', '\n'));
}

function headerLines(mail: Email): string {
  const date = mail.headers.find(({ key }) => key === 'date')?.value;
  const lines = [
    ['Subject', mail.subject],
    ['From', mail.from && toAddress(mail.from)],
    ['To', mail.to?.map(toAddress).join(', ')],
    ['Cc', mail.cc?.map(toAddress).join(', ')],
    // As it was written: that is what a value can be copied from.
    ['Date', date],
  ] as const;
  return lines.flatMap(([name, value]) => (value === undefined || value === '' ? [] : `${name}: ${value}`)).join('\n');
}

function toAddress({ name, address, group }: Address): string {
  if (group !== undefined) return `${name}: ${group.map(toAddress).join(', ')};`;
  return name === '' ? address : `${name} <${address}>`;
}

function attachmentLine({ filename, mimeType }: Attachment): string {
  return filename === null || filename === '' ? `Attachment: ${mimeType}` : `Attachment: ${filename} (${mimeType})`;
}
