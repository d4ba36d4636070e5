import { StoppedElsewhere } from '../../distributed/together.ts';

/** Whether an error only means that this process, or another one, was asked to stop. */
export function isInterruption(error: unknown, signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true || error instanceof StoppedElsewhere;
}
