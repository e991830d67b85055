/** The most bytes that one document (a file, or one record of a file) may have. */
export const maxDocumentBytes = 8 * 1024 * 1024;

/** How deep the JSON of a record may be nested. */
export const maxRecordDepth = 64;

/** The most files of one archive. */
export const maxArchiveMembers = 1_000_000;

/** How many bytes a file of so many bytes may unpack to: text packs to a tenth, hardly anything honest to less than a hundredth. */
export function unpackedBytesAllowed(packedBytes: number): number {
  return Math.max(256 * 1024 * 1024, 200 * packedBytes);
}

/** The most bytes of a CSV file's header, which is read with each of its records. */
export const maxCsvHeaderBytes = 64 * 1024;

/** The most UTF-16 units of a record's own id: with the longest root name before it, it is still a document id. */
export const maxOwnIdLength = 1024;

/**
 * The most UTF-16 units of a file's id within its root, so that root name and record number still find room; also of a
 * name within an archive.
 */
export const maxPathIdLength = 3072;

/** How deep the elements of an HTML page may be nested. */
export const maxHtmlDepth = 1024;

/** The most UTF-16 units of the text that a parser may make of a document. */
export const maxParsedLength = 8 * 1024 * 1024;

/** How many bytes the files in a packed document may have when they are unpacked. */
export const maxUnpackedBytes = 64 * 1024 * 1024;
