/** What a shell expects of a program that Ctrl-C has ended: 128 + SIGINT. */
export const INTERRUPTED = 130;

/**
 * Turns Ctrl-C and SIGTERM into an AbortSignal; the second one leaves at once. Files are written
 * without giving up the thread, so that leaving never cuts one in half.
 */
export function listenForInterrupt(onFirst: () => void = () => {}): AbortSignal {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(INTERRUPTED);
    controller.abort();
    onFirst();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return controller.signal;
}

/** Whether an error is only what Ctrl-C has brought about. */
export function isInterrupt(error: unknown, signal: AbortSignal): boolean {
  return signal.aborted && (error === signal.reason || Object(error).name === 'AbortError');
}
