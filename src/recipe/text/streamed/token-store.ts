import type { ByteSource } from '../../../formats/text/token-file/read-tokens.ts';
import type { ByteSink } from '../../../formats/text/token-file/write-tokens.ts';

/** A file being written, which becomes visible only when it is kept. */
export interface NewFile extends ByteSink {
  /** Makes the complete file visible under its name. */
  keep(): void;
  /** Deletes the unfinished file. */
  discard(): void;
}

/** Storage for the tokens of streamed texts. Implementations throw UnrolledError on failure. */
export interface TokenStore {
  /** Lists the names that start with `prefix`. */
  list(prefix: string): readonly string[];
  /** Opens a file; null when it doesn't exist. */
  open(name: string): ByteSource | null;
  /** Creates a new file. */
  create(name: string): NewFile;
}
