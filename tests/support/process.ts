import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { runCommandLine } from '../../src/cli/command-line.ts';
import type { Host } from '../../src/cli/terminal/host.ts';
import { randomIntegers } from '../data/random-integers.ts';
import { afterFile } from './after-file.ts';
import { pretendCores } from './cores.ts';

/** The command line as it ships. */
export const binary: string = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
if (!existsSync(binary)) throw new Error(`${binary} is missing: run npm run build first.`);

export interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command under way, with its output so far. */
export abstract class Run {
  stdout: string = '';
  stderr: string = '';
  readonly #outputs = new EventEmitter().setMaxListeners(100);

  /** Resolves with the exit status; null where a signal ended the process. */
  protected abstract readonly ended: Promise<number | null>;

  protected collect(name: 'stdout' | 'stderr', text: string): void {
    this[name] += text;
    this.#outputs.emit('text');
  }

  async finished(): Promise<Finished> {
    const status = await this.ended;
    return { status, stdout: this.stdout, stderr: this.stderr };
  }

  /** Resolves when the output matches; rejects when the command ends without. */
  async says(pattern: RegExp): Promise<void> {
    let listen = () => {};
    const heard = new Promise<void>((resolve) => {
      listen = () => pattern.test(this.stdout + this.stderr) && resolve();
      this.#outputs.on('text', listen);
      listen();
    });
    const silent = this.ended.then(() => {
      if (!pattern.test(this.stdout + this.stderr))
        throw new Error(`it never said ${pattern}: ${this.stderr}`);
    });
    await Promise.race([heard, silent]).finally(() => this.#outputs.off('text', listen));
  }
}

/** The binary, in a process of its own: for what only a process shows. */
export class Running extends Run {
  readonly child: ChildProcess;
  protected override readonly ended: Promise<number | null>;

  constructor(args: readonly string[], folder: string, environment: NodeJS.ProcessEnv = {}) {
    super();
    const env = { ...process.env, TERM: 'xterm', ...environment };
    this.child = spawn(process.execPath, [binary, ...args], { cwd: folder, env });
    this.child.stdout?.setEncoding('utf8').on('data', (text) => this.collect('stdout', text));
    this.child.stderr?.setEncoding('utf8').on('data', (text) => this.collect('stderr', text));
    this.ended = new Promise((resolve) => this.child.on('close', resolve));
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }
}

/** Resolves when a process reads its standard input: it has taken more of a word than any pipe holds, and waits for its end. */
export function isReading({ child: { stdin } }: Running): Promise<void> {
  return new Promise((resolve, reject) => {
    stdin?.write('x'.repeat(2 ** 19), (error) => (error ? reject(error) : resolve()));
  });
}

/** Runs the binary in a folder to its end. */
export function unrolledProcess(folder: string, ...args: string[]): Promise<Finished> {
  return new Running(args, folder).finished();
}

/** What a command in this process gets beside its arguments. */
export interface Surroundings {
  /** Standard input. Default: empty */
  readonly input?: string | Uint8Array;
  readonly env?: NodeJS.ProcessEnv;
  /** The cores that it finds. Default 1, so that a short command does not spend its time on starting threads. */
  readonly cores?: number;
}

let last: Promise<unknown> = Promise.resolve();

/** A command in this process, from the sources. One runs at a time: the next one waits for its end. */
export class InProcess extends Run {
  readonly #signals = new EventEmitter();
  readonly #chunks: Buffer[] = [];
  #isOver = false;
  protected override readonly ended: Promise<number>;

  constructor(args: readonly string[], folder: string, surroundings: Surroundings = {}) {
    super();
    this.ended = last.then(() => this.#run(args, folder, surroundings));
    last = this.ended
      .catch(() => {})
      .then(() => {
        this.#isOver = true;
      });
    afterFile(() => this.#stop());
  }

  /** Sends a signal as the system does; the command must listen to it by now. */
  kill(signal: NodeJS.Signals): void {
    if (!this.#signals.emit(signal)) throw new Error(`${signal} would have ended the process`);
  }

  /** A failed test may leave a command under way, such as a server, and the commands of all other files would wait for it. */
  async #stop(): Promise<void> {
    if (this.#isOver) return;
    try {
      this.#signals.emit('SIGTERM');
    } catch {} // its listener reports by an exception that it would end the process
    await Promise.race([this.ended.catch(() => {}), setTimeout(10_000)]);
    last = Promise.resolve();
  }

  async #run(
    args: readonly string[],
    folder: string,
    { input = '', env, cores = 1 }: Surroundings,
  ): Promise<number> {
    const before = process.cwd();
    const path = join(tmpdir(), `unrolled-input-${process.pid}`);
    writeFileSync(path, input);
    const stdinFd = openSync(path, 'r');
    rmSync(path);
    process.chdir(folder);
    const restoreCores = pretendCores(cores);
    try {
      return await runCommandLine(args, {
        env: { ...process.env, TERM: 'xterm', ...env },
        stdinFd,
        stdin: Readable.from(input.length > 0 ? [Buffer.from(input)] : []) as Host['stdin'],
        stdout: this.#output('stdout'),
        stderr: this.#output('stderr'),
        onSignal: (name, listener) => this.#signals.on(name, listener),
        exit: (status) => {
          throw new Error(`the command left with status ${status}`);
        },
      });
    } finally {
      restoreCores();
      process.chdir(before);
      closeSync(stdinFd);
    }
  }

  /** Standard output so far, as bytes. */
  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  #output(name: 'stdout' | 'stderr'): Host['stdout'] {
    const decoder = new StringDecoder();
    const write = (chunk: Buffer, _: string, done: () => void) => {
      if (name === 'stdout') this.#chunks.push(chunk);
      this.collect(name, decoder.write(chunk));
      done();
    };
    return new Writable({ write }) as Host['stdout'];
  }
}

/** A backend that starts fast, for processes whose numbers do not matter: it searches for no BLAS and starts no threads. */
export const startsFast: readonly string[] = ['--backend', 'wasm', '--threads', '1'];

/** Runs a command in a folder to its end, in this process. */
export function unrolled(folder: string, ...args: string[]): Promise<Finished> {
  return new InProcess(args, folder).finished();
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
  for (const [name, contents] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), contents);
  }
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
  '--cell rnn --hidden 12 --embedding 8 --batch 4 --time 5 --init-scale fan-in --dropout 0 --optimizer sgd --lr 5 --schedule decay --epochs 2 --threads 1'.split(
    ' ',
  );
