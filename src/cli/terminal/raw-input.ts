import { host } from './host.ts';
import { print } from './streams.ts';

/** Enables and disables bracketed paste, so that line ends in pasted text don't count as Enter. */
const PASTE_MARKED = '\x1b[?2004h';
const PASTE_PLAIN = '\x1b[?2004l';

/** Whether input and output are a terminal with cursor control. */
export function isInteractive(): boolean {
  const { stdin, stdout, env } = host();
  return stdin.isTTY === true && stdout.isTTY === true && (env.TERM ?? 'dumb') !== 'dumb';
}

/** A terminal in raw mode. */
export interface RawInput {
  /** The input as it arrives. Ends when the terminal is closed or the signal is aborted. */
  readonly chunks: AsyncIterable<string>;
  /** Restores the terminal. A second call does nothing. */
  restore(): void;
}

/**
 * Puts the terminal into raw mode: keys are not echoed or collected into lines, and Ctrl-C is a key. The terminal is restored when
 * the process exits, unless it is killed.
 * @param takes called with each chunk; returns true to consume it instead of queueing it
 */
export function openRawInput(signal: AbortSignal, takes: (chunk: string) => boolean): RawInput {
  const { stdin } = host();
  let isOpen = true;
  const restore = () => {
    if (!isOpen) return;
    isOpen = false;
    process.off('exit', restore);
    stdin.setRawMode(false);
    void print(PASTE_PLAIN);
    stdin.pause();
  };
  process.on('exit', restore);
  stdin.setEncoding('utf8');
  stdin.setRawMode(true);
  void print(PASTE_MARKED);
  return { chunks: chunksOf(stdin, signal, takes), restore };
}

async function* chunksOf(
  stdin: NodeJS.ReadStream,
  signal: AbortSignal,
  takes: (chunk: string) => boolean,
): AsyncGenerator<string, void> {
  const waiting: string[] = [];
  let [hasEnded, wake] = [signal.aborted, () => {}];
  const end = () => {
    hasEnded = true;
    wake();
  };
  const take = (chunk: string) => {
    if (!takes(chunk)) waiting.push(chunk);
    wake();
  };
  stdin.on('data', take).on('end', end).on('error', end);
  signal.addEventListener('abort', end);
  try {
    while (!hasEnded) {
      const chunk = waiting.splice(0).join('');
      if (chunk !== '') yield chunk;
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    stdin.off('data', take).off('end', end).off('error', end);
    signal.removeEventListener('abort', end);
  }
}
