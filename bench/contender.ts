import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Cell, Job } from './configs.ts';
import type { Sample } from './measure.ts';

/** `ours`, or the name of another library. */
export type Family = 'ours' | 'pytorch' | 'numpy' | 'tfjs' | 'brain.js' | 'tokenizers';

/** How to start a contender. The job is added as its last argument. */
export interface ContenderSpec {
  readonly name: string;
  readonly family: Family;
  readonly threads: number | null;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly kinds: readonly Job['kind'][];
  /** The cells that it has; all by default. */
  readonly cells?: readonly Cell[];
  /** It has no batches: a training step is one stream of T tokens. */
  readonly oneStream?: boolean;
}

interface Answer extends Partial<Sample> {
  readonly ready?: string;
  readonly refused?: string;
  readonly peakBytes?: number;
}

/** Timeout of one answer, in milliseconds. */
const PATIENCE_MS = 20 * 60_000;

/** A running child process: the runner's half of the protocol that `child.ts` describes. */
export class Contender {
  readonly spec: ContenderSpec;
  /** What the child says it computes with. */
  readonly description: string;
  /** Peak memory of the process so far, in bytes. */
  peakBytes = 0;
  readonly #process: ChildProcess;
  readonly #answers: AsyncIterator<string>;

  private constructor(
    spec: ContenderSpec,
    description: string,
    child: ChildProcess,
    answers: AsyncIterator<string>,
  ) {
    this.spec = spec;
    this.description = description;
    this.#process = child;
    this.#answers = answers;
  }

  /** Starts the child and waits until it has built its model. Throws with the reason when it can't. */
  static async start(spec: ContenderSpec, job: Job): Promise<Contender> {
    const child = spawn(spec.command, [...spec.args, JSON.stringify(job)], {
      env: { ...process.env, ...spec.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let complaint = '';
    child.stderr.on('data', (text) => (complaint = (complaint + text).slice(-2000)));
    child.stdin.on('error', () => {}); // A dead child is detected by its missing answer.
    const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const failed = new Promise<never>((_, reject) => child.once('error', reject));
    const answer = await Promise.race([nextAnswer(child, answers, () => complaint), failed]);
    if (answer.refused) throw new Error(answer.refused);
    return new Contender(spec, answer.ready ?? '', child, answers);
  }

  /** Runs steps in the child for some seconds, at least one step. */
  async run(seconds: number): Promise<Sample> {
    this.#process.stdin?.write(`${JSON.stringify({ seconds })}\n`);
    const answer = await nextAnswer(this.#process, this.#answers, () => 'it ended in a step');
    this.peakBytes = peakOf(this.#process.pid) ?? answer.peakBytes ?? 0;
    return { steps: answer.steps ?? 0, seconds: answer.seconds ?? Number.NaN };
  }

  end(): void {
    this.#process.kill();
  }
}

/** The next JSON line of the child; other lines come from libraries. */
async function nextAnswer(
  child: ChildProcess,
  answers: AsyncIterator<string>,
  complaint: () => string,
): Promise<Answer> {
  const timer = setTimeout(() => child.kill(), PATIENCE_MS);
  try {
    for (;;) {
      const { value, done } = await answers.next();
      if (done) throw new Error(reasonIn(complaint()) || 'it ended without a message');
      if (value.startsWith('{')) return JSON.parse(value);
    }
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Peak memory of the process in bytes, on Linux. The process itself would also count the runner's memory between fork
 * and exec.
 */
function peakOf(pid: number | undefined): number | null {
  try {
    const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) * 1024;
  } catch {
    return null;
  }
}

/** The line of a crash report with the reason, in any language. */
function reasonIn(text: string): string {
  const lines = text.trim().split('\n');
  const reason = lines.findLast((line) => /^\w*(Error|Exception)\b/.test(line)) ?? lines.at(-1) ?? '';
  return reason.slice(0, 200);
}
