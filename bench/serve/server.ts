import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const built = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface ServedOptions {
  /** The command line program to start. Default: that of this built checkout. */
  readonly program?: string;
  /** Options of Node, such as `--cpu-prof`. */
  readonly node?: readonly string[];
  /** An accepted API key, if it needs one. */
  readonly key?: string;
}

/** `unrolled serve` as a child process, on a free port. */
export class Served {
  readonly url: URL;
  /** Its log output: empty unless something failed. */
  complaints = '';
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #key: string;
  #stopping = false;

  private constructor(child: ChildProcess, lines: AsyncIterator<string>, url: URL, key: string) {
    this.url = url;
    this.#key = key;
    this.#child = child;
    this.#lines = lines;
    child.stderr!.on('data', (text) => (this.complaints += this.#stopping ? '' : text));
  }

  /** @throws if it does not start to listen */
  static async start(
    args: readonly string[],
    { program = built, node = [], key = '' }: ServedOptions,
  ): Promise<Served> {
    const all = [...node, program, 'serve', ...args, '--port', '0', '--json'];
    const child = spawn(process.execPath, all, { stdio: ['ignore', 'pipe', 'pipe'] });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const first = await lines.next();
    if (!first.done) return new Served(child, lines, new URL(JSON.parse(first.value).url), key);
    throw new Error(`serve ${args.join(' ')} ended: ${child.stderr.read() ?? 'is dist/ built?'}`);
  }

  /** Its Prometheus metrics by name and labels, without those of models. */
  async metrics(): Promise<Map<string, number>> {
    const headers = { authorization: `Bearer ${this.#key}` };
    const text = await (await fetch(new URL('/metrics', this.url), { headers })).text();
    const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    return new Map(
      samples.map((line) => {
        const [name, value] = line.split(/ (?=\S+$)/);
        return [name.replace(/\{model_name="[^"]*"\}/, '').replace('unrolled_', ''), Number(value)];
      }),
    );
  }

  /** Stops it gracefully. @returns its last line: total requests and tokens */
  async stop(): Promise<{ readonly requests: number; readonly tokens: number }> {
    this.#stopping = true;
    this.#child.kill('SIGTERM');
    const last = await this.#lines.next();
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'exit');
    if (this.#child.exitCode === 0 && !last.done) return JSON.parse(last.value);
    throw new Error(`the server ended with ${this.#child.exitCode ?? this.#child.signalCode}`);
  }

  /** Kills it. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }
}
