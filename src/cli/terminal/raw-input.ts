import { host } from './host.ts';
import { print } from './streams.ts';

/** Text that is pasted comes between two marks, so that its line ends aren't taken for Enter. */
const PASTE_MARKED = '\x1b[?2004h';
const PASTE_PLAIN = '\x1b[?2004l';

/** Whether somebody sits at a terminal that can move its cursor. */
export function isInteractive(): boolean {
  const { stdin, stdout, env } = host();
  return stdin.isTTY === true && stdout.isTTY === true && (env.TERM ?? 'dumb') !== 'dumb';
}

/** A terminal that passes on what is typed at once. */
export interface RawInput {
  /** What was typed, as it comes; ends with the terminal, and when the signal is aborted. */
  readonly chunks: AsyncIterable<string>;
  /** Gives the terminal back as it was. A second call does nothing. */
  restore(): void;
}

/**
 * Takes the terminal over: keys are neither shown nor collected to lines, and Ctrl-C is a key. However the process ends, the
 * terminal is given back, unless it is killed.
 * @param takes may take a chunk at once that comes before the next one is asked for
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
