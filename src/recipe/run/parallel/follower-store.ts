import { UnrolledError } from '../../../errors.ts';
import type { Store } from '../../store.ts';

/** The store of the ranks that write nothing, because rank 0 does: what is written is dropped. */
export class FollowerStore implements Store {
  /** @throws {UnrolledError} `file-missing`: nothing is there */
  read(name: string): Uint8Array {
    throw new UnrolledError(
      'file-missing',
      `${name}: only rank 0 reads and writes files; the others get what they need from it. Read it there.`,
    );
  }

  write(): void {}

  list(): readonly string[] {
    return [];
  }

  remove(): void {}
}
