import { createInterface } from 'node:readline';
import type { Job } from './configs.ts';
import { timeSteps } from './measure.ts';

/** The job that the runner passed to this child. */
export function readJob<T = Job>(): T {
  return JSON.parse(process.argv.at(-1) as string);
}

/**
 * The child's half of the protocol, one JSON object per line: it sends `{"ready"}` with its description, waits for
 * `{"seconds": s}`, runs steps for s seconds (at least one step) and answers `{"steps", "seconds", "peakBytes"}`. It exits
 * when its input ends.
 */
export async function serve(description: string, step: () => unknown): Promise<void> {
  say({ ready: description });
  for await (const line of createInterface({ input: process.stdin })) {
    const sample = await timeSteps(step, JSON.parse(line).seconds);
    say({ ...sample, peakBytes: process.resourceUsage().maxRSS * 1024 });
  }
  process.exit();
}

/** Reports why this child can't run, and exits. */
export function refuse(reason: string): never {
  say({ refused: reason });
  process.exit();
}

/** Sends a line to the runner. */
export function say(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
