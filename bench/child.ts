import { createInterface } from 'node:readline';
import type { Job } from './configs.ts';
import { timeSteps } from './measure.ts';

/** What the runner asked this child to do. */
export function readJob(): Job {
  return JSON.parse(process.argv.at(-1) as string);
}

/**
 * The child's half of the protocol, a line of JSON each way: it says that it is ready and what it
 * is, sleeps until the runner sends `{"seconds": s}`, takes steps for so long, one at least, and
 * answers `{"steps", "seconds", "peakBytes"}`. It ends with its input.
 */
export async function serve(description: string, step: () => unknown): Promise<void> {
  say({ ready: description });
  for await (const line of createInterface({ input: process.stdin })) {
    const sample = await timeSteps(step, JSON.parse(line).seconds);
    say({ ...sample, peakBytes: process.resourceUsage().maxRSS * 1024 });
  }
  process.exit();
}

/** Tells the runner why this child can't take part. */
export function refuse(reason: string): never {
  say({ refused: reason });
  process.exit();
}

function say(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
