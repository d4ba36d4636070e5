import type { ByteSource } from '../../../formats/text/token-file/read-tokens.ts';
import type { ByteSink } from '../../../formats/text/token-file/write-tokens.ts';

/** A file that is written and isn't there before it is kept. */
export interface NewFile extends ByteSink {
  /** Gives the file its name, as a whole. */
  keep(): void;
  /** Leaves nothing behind. */
  discard(): void;
}

/** Where a run keeps the tokens of texts that are too long to be held. What fails is thrown as UnrolledError. */
export interface TokenStore {
  /** The names that begin with `prefix`. */
  list(prefix: string): readonly string[];
  /** Null where there is no such file. */
  open(name: string): ByteSource | null;
  create(name: string): NewFile;
}
