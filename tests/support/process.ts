import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, vi } from 'vitest';
import { runCommandLine } from '../../src/cli/command-line.ts';
import { type Host, ownProcess } from '../../src/cli/terminal/host.ts';
import { randomIntegers } from '../data/random-integers.ts';

/** The command line as it ships. */
export const binary: string = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
if (!existsSync(binary)) throw new Error(`${binary} is missing: run npm run build first.`);

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

export interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process under way, with what it has said so far. */
export class Running {
  readonly child: ChildProcess;
  stdout: string = '';
  stderr: string = '';
  readonly #ended: Promise<number | null>;

  constructor(args: readonly string[], folder: string, environment: NodeJS.ProcessEnv = {}) {
    const env = { ...process.env, TERM: 'xterm', ...environment };
    this.child = spawn(process.execPath, [binary, ...args], { cwd: folder, env });
    this.child.stdout?.on('data', (data) => {
      this.stdout += data;
    });
    this.child.stderr?.on('data', (data) => {
      this.stderr += data;
    });
    this.#ended = new Promise((resolve) => this.child.on('close', resolve));
  }

  async finished(): Promise<Finished> {
    const status = await this.#ended;
    return { status, stdout: this.stdout, stderr: this.stderr };
  }

  /** Resolves when the process has written something that matches; rejects when it ends without. */
  async says(pattern: RegExp): Promise<void> {
    const heard = new Promise<void>((resolve) => {
      const listen = () => pattern.test(this.stdout + this.stderr) && resolve();
      this.child.stdout?.on('data', listen);
      this.child.stderr?.on('data', listen);
      listen();
    });
    const silent = this.#ended.then(() => {
      if (!pattern.test(this.stdout + this.stderr))
        throw new Error(`it never said ${pattern}: ${this.stderr}`);
    });
    await Promise.race([heard, silent]);
  }
}

/** The same by the binary, in a process of its own. */
export function unrolledProcess(folder: string, ...args: string[]): Promise<Finished> {
  return new Running(args, folder).finished();
}

let last: Promise<unknown> = Promise.resolve();

/** Runs `unrolled` in a folder to its end, in this process and from the sources; calls wait for each other. */
export function unrolled(folder: string, ...args: string[]): Promise<Finished> {
  const finished = last.then(() => runHere(folder, args));
  last = finished.catch(() => {});
  return finished;
}

async function runHere(folder: string, args: readonly string[]): Promise<Finished> {
  const [stdout, stderr] = [new Collected(), new Collected()];
  const before = process.cwd();
  process.chdir(folder);
  try {
    const status = await runCommandLine(args, hostOf(stdout, stderr));
    return { status, stdout: stdout.text, stderr: stderr.text };
  } finally {
    process.chdir(before);
  }
}

/** Keeps what is written to it. */
class Collected extends Writable {
  readonly #chunks: Buffer[] = [];

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#chunks.push(chunk);
    done();
  }

  get text(): string {
    return Buffer.concat(this.#chunks).toString();
  }
}

/** A host that is no terminal, whose standard input is empty and whose signals never come. */
function hostOf(stdout: Writable, stderr: Writable): Host {
  return {
    ...ownProcess,
    env: { ...process.env, TERM: 'xterm', FORCE_COLOR: '' },
    stdinFd: openSync('/dev/null', 'r'),
    stdout: stdout as Host['stdout'],
    stderr: stderr as Host['stderr'],
    onSignal: () => {},
    exit: (status) => {
      throw new Error(`the command left with status ${status}`);
    },
  };
}

/** Runs `unrolled` in a folder by a script for `sh` in which `"$@"` stands for it, and `$1` for Node. */
export function inShell(folder: string, script: string, ...args: readonly string[]): Promise<Finished> {
  const child = spawn('sh', ['-c', script, 'sh', process.execPath, binary, ...args], { cwd: folder });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (data) => {
    stdout += data;
  });
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  return new Promise((resolve) => child.on('close', (status) => resolve({ status, stdout, stderr })));
}

/** A folder of this test file's own, with these files in it; gone after the tests. */
export function temporaryFolder(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'unrolled-'));
  for (const [name, contents] of Object.entries(files)) writeFileSync(join(folder, name), contents);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Sentences in which a word depends on the word before, so that there is something to learn. */
export function sentences(lines: number, seed: number = 1): string {
  const numbers = randomIntegers(seed, 3 * lines, 1000);
  const pick = <T>(from: readonly T[], i: number) => from[numbers[i] % from.length];
  let text = '';
  for (let i = 0; i < lines; i++) {
    const [animal, sound] = pick(
      [
        ['cat', 'purrs'],
        ['dog', 'barks'],
        ['hen', 'clucks'],
        ['cow', 'moos'],
      ],
      3 * i,
    );
    text += `the ${pick(['old', 'young', 'grey', 'small'], 3 * i + 1)} ${animal} ${sound} ${pick(['here', 'there'], 3 * i + 2)} .\n`;
  }
  return text;
}

/** A recipe so small that an epoch takes milliseconds. */
export const tiny: readonly string[] =
  '--cell rnn --hidden 12 --embedding 8 --batch 4 --time 5 --init-scale fan-in --dropout 0 --lr 5 --schedule decay --epochs 2'.split(
    ' ',
  );
