/** Whether a file is one of records (JSONL), one document a line, by its name. */
export function isRecordFile(path: string): boolean {
  return /\.(jsonl|ndjson)$/i.test(path);
}
