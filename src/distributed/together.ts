import { type ErrorCode, UnrolledError } from '../errors.ts';
import { gatherJson } from './agreement.ts';
import type { Group } from './group.ts';

/** Work of several processes ends because another one was asked to stop. */
export class StoppedElsewhere extends Error {
  override readonly name = 'AbortError';

  /** @param where the beginning of the message */
  constructor(where: string) {
    super(`${where}: another process was asked to stop.`);
  }
}

/** Why a process did not finish its part. */
type Failure = 'stopped' | { readonly code: ErrorCode; readonly message: string };

interface Part {
  readonly group: Group;
  /** The beginning of messages. */
  readonly where: string;
  readonly signal: AbortSignal | undefined;
}

/**
 * Does this process's part of some work. If one process fails or is asked to stop, all throw, instead of waiting for it.
 * @throws what the part throws; for a part of another process its UnrolledError, or StoppedElsewhere
 */
export async function together<T>({ group, where, signal }: Part, part: () => Promise<T>): Promise<T> {
  if (group.size === 1) return await part();
  const [own] = await Promise.allSettled([part()]);
  const failure = own.status === 'rejected' ? failureOf(own.reason, signal) : null;
  const failures = await gatherJson<Failure | null>(group, failure);
  if (own.status === 'rejected') throw own.reason;
  const other = failures.find((one) => one !== null);
  if (other === 'stopped') throw new StoppedElsewhere(where);
  if (other) throw new UnrolledError(other.code, other.message);
  return own.value;
}

/** @throws an error that is a bug: it ends this process, and so all */
function failureOf(error: unknown, signal: AbortSignal | undefined): Failure {
  if (signal?.aborted) return 'stopped';
  if (error instanceof UnrolledError) return { code: error.code, message: error.message };
  throw error;
}
