import { mayBeRunAgain } from '../machine/run-again.ts';
import { host } from './host.ts';
import { stopWaiting } from './streams.ts';

/** What a shell expects of a program that Ctrl-C has ended: 128 + SIGINT. */
const INTERRUPTED = 130;
/** And of one whose terminal was closed: 128 + SIGHUP. */
const HUNG_UP = 129;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
type Name = (typeof SIGNALS)[number];

/** Ctrl-C and the end of a terminal come twice at once: to the whole group, and passed on by npm or the shell. */
const ECHOED: readonly Name[] = ['SIGINT', 'SIGHUP'];
const ECHO_MS = 200;

/** Ctrl-C, SIGTERM or SIGHUP, and what is left of the program after it. */
export interface Interrupt {
  /** Aborted by the first of them. */
  readonly signal: AbortSignal;
  /** What the program returns after it. */
  readonly status: number;
  /** Whether an error is only what it has brought about. */
  explains(error: unknown): boolean;
}

/**
 * Turns Ctrl-C, SIGTERM and SIGHUP into an AbortSignal; a second one leaves at once, as soon as the event loop turns. Files
 * are written without giving up the thread, so that leaving never cuts one in half. Until this is called the system ends
 * the program: call it when there is something to stop or to save, not before a whole text is read, which may wait for a person.
 * @param ended another reason to stop, which is no signal: the end of standard output
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
    explains: (error) => signal.aborted && (error === signal.reason || Object(error).name === 'AbortError'),
  };
}

function isEcho(name: Name, now: number, first: { readonly name: Name; readonly at: number }): boolean {
  const isEchoed = ECHOED.includes(name) || mayBeRunAgain();
  return name === first.name && isEchoed && now - first.at < ECHO_MS;
}
