import { StoppedElsewhere } from '../../distributed/together.ts';
import { mayBeChildProcess } from '../machine/bounds-checks.ts';
import { host } from './host.ts';
import { stopWaiting } from './streams.ts';

/** Exit status after Ctrl-C: 128 + SIGINT. */
const INTERRUPTED = 130;
/** Exit status after the terminal was closed: 128 + SIGHUP. */
const HUNG_UP = 129;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
type Name = (typeof SIGNALS)[number];

/** Signals that may arrive twice at once: sent to the process group, and forwarded by npm or the shell. */
const ECHOED: readonly Name[] = ['SIGINT', 'SIGHUP'];
const ECHO_MS = 200;

/** An interruption by Ctrl-C, SIGTERM or SIGHUP. */
export interface Interrupt {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** The exit status after an interruption. */
  readonly status: number;
  /** Whether an error is only the result of the interruption, or of that of another process of the same work. */
  hasCaused(error: unknown): boolean;
}

/**
 * Turns Ctrl-C, SIGTERM and SIGHUP into an AbortSignal. A second signal exits at the next turn of the event loop; files are written
 * synchronously, so none is left half-written. Before this is called, signals end the program as usual. Call it once there is
 * work to stop or save, but not before reading a whole text, which may wait for input.
 * @param ended another reason to stop: the end of standard output
 */
export function listenForInterrupt(onFirst: () => void = () => {}, ended?: AbortSignal): Interrupt {
  const controller = new AbortController();
  const { signal } = controller;
  let first: { readonly name: Name; readonly at: number } | null = null;
  const status = () => (first?.name === 'SIGHUP' ? HUNG_UP : INTERRUPTED);
  const interrupt = (name: Name) => {
    const now = performance.now();
    if (first && !isEcho(name, now, first)) host().exit(status());
    if (first) return;
    first = { name, at: now };
    stopWaiting();
    controller.abort();
    onFirst();
  };
  for (const name of SIGNALS) host().onSignal(name, () => interrupt(name));
  if (ended?.aborted) controller.abort();
  ended?.addEventListener('abort', () => controller.abort());
  return {
    signal,
    get status() {
      return status();
    },
    hasCaused: (error) =>
      error instanceof StoppedElsewhere ||
      (signal.aborted && (error === signal.reason || Object(error).name === 'AbortError')),
  };
}

function isEcho(name: Name, now: number, first: { readonly name: Name; readonly at: number }): boolean {
  const isEchoed = ECHOED.includes(name) || mayBeChildProcess();
  return name === first.name && isEchoed && now - first.at < ECHO_MS;
}
