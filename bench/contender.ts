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
  /** It has a process group of its own, so that only the runner receives Ctrl-C. */
  readonly ownGroup?: boolean;
}

/** One JSON line of a child. */
export interface Answer extends Partial<Sample> {
  /** The child's description, in its first answer. */
  readonly ready?: string;
  readonly refused?: string;
  readonly peakBytes?: number;
  readonly [name: string]: unknown;
}

/** Default timeout of one answer, in milliseconds. */
const PATIENCE_MS = 20 * 60_000;

/** A running child process: the runner's half of the protocol that `child.ts` describes. */
export class Contender {
  readonly spec: ContenderSpec;
  /** What the child said when it was ready. */
  readonly ready: Answer;
  /** Peak memory of the process so far, in bytes. */
  peakBytes = 0;
  readonly #process: ChildProcess;
  readonly #answers: AsyncIterator<string>;
  /** The end of what it wrote to stderr. */
  readonly #complaint: () => string;

  private constructor(
    spec: ContenderSpec,
    ready: Answer,
    child: ChildProcess,
    answers: AsyncIterator<string>,
    complaint: () => string,
  ) {
    this.spec = spec;
    this.ready = ready;
    this.#process = child;
    this.#answers = answers;
    this.#complaint = complaint;
  }

  /** What the child says it computes with. */
  get description(): string {
    return this.ready.ready ?? '';
  }

  /** Starts the child and waits until it has built its model. Throws with the reason when it can't. */
  static async start(spec: ContenderSpec, job: object): Promise<Contender> {
    const child = spawn(spec.command, [...spec.args, JSON.stringify(job)], {
      env: { ...process.env, ...spec.env },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: spec.ownGroup ?? false,
    });
    let complaint = '';
    child.stderr.on('data', (text) => (complaint = (complaint + text).slice(-2000)));
    child.stdin.on('error', () => {}); // A dead child is detected by its missing answer.
    const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const failed = new Promise<never>((_, reject) => child.once('error', reject));
    const read = nextAnswer(child, answers, { complaint: () => complaint, patience: PATIENCE_MS });
    const answer = await Promise.race([read, failed]);
    return new Contender(spec, answer, child, answers, () => complaint);
  }

  /** Runs steps in the child for some seconds, at least one step. */
  async run(seconds: number): Promise<Sample> {
    const answer = await this.ask({ seconds });
    this.peakBytes = peakOf(this.#process.pid) ?? answer.peakBytes ?? 0;
    return { steps: answer.steps ?? 0, seconds: answer.seconds ?? Number.NaN };
  }

  /**
   * Sends a command and waits for the answer.
   * @param patience in milliseconds; then the child is ended
   */
  async ask(command: object, patience: number = PATIENCE_MS): Promise<Answer> {
    this.#process.stdin?.write(`${JSON.stringify(command)}\n`);
    const complaint = () => this.#complaint() || 'it ended in a step';
    return await nextAnswer(this.#process, this.#answers, { complaint, patience });
  }

  end(): void {
    this.#process.kill();
  }
}

/** The next JSON line of the child; other lines come from libraries. Throws with the reason when the child refuses. */
async function nextAnswer(
  child: ChildProcess,
  answers: AsyncIterator<string>,
  { complaint, patience }: { readonly complaint: () => string; readonly patience: number },
): Promise<Answer> {
  const timer = setTimeout(() => child.kill(), patience);
  try {
    for (;;) {
      const { value, done } = await answers.next();
      if (done) throw new Error(reasonIn(complaint()) || 'it ended without a message');
      if (!value.startsWith('{')) continue;
      const answer: Answer = JSON.parse(value);
      if (answer.refused) throw new Error(answer.refused);
      return answer;
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
