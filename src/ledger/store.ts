/** A file of the ledger that is open for reading. */
export type StoredFile = AsyncDisposable & {
  readonly bytes: number;
  /** A slice, shorter at the end of the file. */
  readonly read: (offset: number, length: number) => Promise<Buffer>;
};

/**
 * What the ledger asks of the place where it is kept: a file system or object storage. A failed call throws an error with
 * a system code, `ENOENT` for what is not there.
 */
export type Store = {
  /** Throws the failed call's error unless the store can hold a ledger, `ENOTSUP` where a name can be given twice. */
  readonly probe: (out: string) => Promise<void>;
  /**
   * The register: sets `path` to `bytes` if nothing has that name yet. True when this call set it, false when it was set
   * already; either way it is whole, never changes again, and is durable when the call returns. `temporaryDirectory` is
   * for a file that is not whole yet.
   */
  readonly createOnce: (temporaryDirectory: string, path: string, bytes: Uint8Array) => Promise<boolean>;
  /** The same with a file of `RunPaths.scratch`, whole and synced; durable when its directory is settled. */
  readonly publishOnce: (localFile: string, path: string) => Promise<boolean>;
  /** Replaces `path`: readers see the old file or the whole new one. Not a register. */
  readonly replace: (
    temporaryDirectory: string,
    path: string,
    contents: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  ) => Promise<void>;
  /** Adds a line to what else one writer said under that path; best effort. */
  readonly append: (path: string, line: string) => Promise<void>;
  /** Gives a file a second name, for people alone. */
  readonly nameAlso: (path: string, other: string) => Promise<void>;
  /** Makes an empty file that says the time, about that of `nowMs`. */
  readonly touch: (path: string, nowMs: number) => Promise<void>;
  /** Makes a directory, not its parents; one that is there is fine. */
  readonly makeDirectory: (directory: string) => Promise<void>;
  readonly open: (path: string) => Promise<StoredFile>;
  readonly readFile: (path: string) => Promise<Buffer>;
  /** How many files a reader of many asks for at once, so that it does not wait for each in turn. */
  readonly readsAtOnce: number;
  readonly chunks: (path: string) => AsyncIterable<Buffer>;
  readonly has: (path: string) => Promise<boolean>;
  readonly modifiedAtMs: (path: string) => Promise<number>;
  /** Names of the files in a directory; those of directories may be among them. */
  readonly names: (directory: string) => Promise<string[]>;
  readonly folders: (directory: string) => Promise<string[]>;
  /** Removes a file; one that is gone already is fine. */
  readonly remove: (path: string) => Promise<void>;
  /** Makes the names that anybody gave in a directory survive a power cut. */
  readonly settle: (directory: string) => Promise<void>;
  /** Removes what killed processes left of files that never got their names. */
  readonly sweep: (temporaryDirectory: string, nowMs: number) => Promise<void>;
};
