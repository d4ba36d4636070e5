import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** One run of `unrolled train`. */
export interface TrainRun {
  /** The checkout whose built command line runs. */
  readonly checkout: string;
  /** Texts and flags. */
  readonly args: readonly string[];
  /** The path of model and log, without an ending. */
  readonly base: string;
  /** Minutes of training; at 1.2 times as many the run is stopped, and its best epoch so far counts. */
  readonly minutes: number;
  /** Whether the flags say how long to train, so that the minutes are only a limit. */
  readonly hasLength: boolean;
  readonly resume: boolean;
}

/** What a run came to. */
export interface TrainOutcome {
  /** Minutes of training, added up over all sessions of the run. */
  readonly minutes: number;
  readonly epochs: number;
  /** Whether it was stopped at 1.2 times its minutes. */
  readonly stopped: boolean;
  /** Of the `start` event. */
  readonly recipe: Readonly<Record<string, unknown>>;
  readonly backend: string;
  readonly parameters: number;
  /** The scores on the validation text, of the `result` event; null for a run that was stopped. */
  readonly valid: { readonly perplexity: number; readonly bitsPerByte: number } | null;
}

/** An event of `train --json`. */
export interface TrainLine {
  readonly event: string;
  readonly [name: string]: unknown;
}

const TOO_LONG = 1.2;

/**
 * Adds up the minutes of training from the events of a run: whole epochs by their speed, and the epoch under way by its last step.
 * Validation, saving and pauses do not count.
 */
export class TrainingClock {
  #tokensPerEpoch = 0;
  #epochs = 0;
  #whole = 0;
  #part = 0;

  read(line: TrainLine): void {
    const { batch, time } = Object(line.recipe);
    const seconds = (share: number) => (share * this.#tokensPerEpoch) / Number(line.tokensPerSecond);
    if (line.event === 'start') this.#tokensPerEpoch = Number(line.stepsPerEpoch) * batch * time;
    if (line.event === 'step') this.#part = seconds(Number(line.share));
    if (line.event !== 'epoch') return;
    this.#whole += seconds(1);
    this.#part = 0;
    this.#epochs += 1;
  }

  get minutes(): number {
    return (this.#whole + this.#part) / 60;
  }

  get epochs(): number {
    return this.#epochs;
  }
}

/** Trains to the end. @returns null when the signal stopped it; it can then be resumed */
export async function trainRow(run: TrainRun, signal: AbortSignal): Promise<TrainOutcome | null> {
  const { checkout, args, base, minutes, hasLength, resume } = run;
  const [model, log] = [`${base}.safetensors`, `${base}.jsonl`];
  const child = spawn(
    process.execPath,
    [
      ...[join(checkout, 'dist/cli/main.js'), 'train', ...args, '--out', model, '--log', log, '--json'],
      ...(resume ? ['--resume', 'latest'] : ['--overwrite']),
      ...(resume || hasLength ? [] : ['--minutes', String(minutes)]),
    ],
    // In a group of its own: Ctrl-C reaches it once, through `stop`, and it saves its state.
    { stdio: ['ignore', 'pipe', 'inherit'], detached: true },
  );
  const stop = () => void child.kill('SIGINT');
  signal.addEventListener('abort', stop);
  const ended = new Promise<number | null>((resolve, reject) =>
    child.once('error', reject).once('close', resolve),
  );
  const lines = createInterface({ input: child.stdout });
  const clockAtStart = () => (resume ? clockBefore(log) : new TrainingClock());
  const facts = await follow(lines, { clockAtStart, stop, limit: TOO_LONG * minutes });
  const status = await ended;
  signal.removeEventListener('abort', stop);
  if (signal.aborted) return null;
  if (facts.result === null && !facts.stopped) throw new Error(`unrolled train ended with status ${status}`);
  return outcomeOf(facts);
}

/** The clock of the earlier sessions in a run's log, to which the resumed run has added its `start`. */
export function clockBefore(log: string): TrainingClock {
  const lines: TrainLine[] = readFileSync(log, 'utf8')
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
  const clock = new TrainingClock();
  const start = lines.findLastIndex(({ event }) => event === 'start');
  for (const line of lines.slice(0, start)) clock.read(line);
  return clock;
}

interface Facts {
  readonly clock: TrainingClock;
  readonly stopped: boolean;
  readonly start: TrainLine;
  readonly result: TrainLine | null;
}

interface Following {
  /** Called at the `start` event. */
  readonly clockAtStart: () => TrainingClock;
  /** Called once, when the minutes exceed the limit. */
  readonly stop: () => void;
  readonly limit: number;
}

async function follow(
  lines: AsyncIterable<string>,
  { clockAtStart, stop, limit }: Following,
): Promise<Facts> {
  let clock = new TrainingClock();
  let start: TrainLine = { event: 'start' };
  let result: TrainLine | null = null;
  let stopped = false;
  for await (const text of lines) {
    const line: TrainLine = JSON.parse(text);
    if (line.event === 'start') [start, clock] = [line, clockAtStart()];
    if (line.event === 'result') result = line;
    clock.read(line);
    if (stopped || result !== null || clock.minutes < limit) continue;
    stopped = true;
    stop();
  }
  return { clock, stopped: stopped && result === null, start, result };
}

function outcomeOf({ clock, stopped, start, result }: Facts): TrainOutcome {
  return {
    ...{ minutes: clock.minutes, epochs: clock.epochs, stopped },
    recipe: Object(start.recipe),
    backend: String(start.backend),
    parameters: Number(start.parameters),
    valid: (result?.valid ?? null) as TrainOutcome['valid'],
  };
}
