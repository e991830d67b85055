import { makeZip } from './zip.ts';

/** A Word document with this body, in its own XML; `more` are further files of the archive. */
export function buildDocx(body: string, more: Readonly<Record<string, string | Uint8Array>> = {}): Buffer {
  const namespace = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';
  const files = {
    '[Content_Types].xml':
      '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
    'word/document.xml': `<w:document xmlns:w="${namespace}"><w:body>${body}</w:body></w:document>`,
    ...more,
  };
  return makeZip(Object.entries(files).map(([name, content]) => ({ name, content })));
}

/** A paragraph of a Word document. */
export function wordParagraph(text: string): string {
  return `<w:p><w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`;
}
