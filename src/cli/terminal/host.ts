/** The parts of a process that commands use, so that a program can run a command line in its own process. */
export interface Host {
  readonly env: NodeJS.ProcessEnv;
  /** Opened when it is first used. */
  readonly stdin: NodeJS.ReadStream;
  /** The descriptor of standard input, for reading without the event loop. */
  readonly stdinFd: number;
  readonly stdout: NodeJS.WriteStream & { readonly fd: number };
  readonly stderr: NodeJS.WriteStream;
  onSignal(name: NodeJS.Signals, listener: () => void): void;
  exit(status: number): never;
}

/** This process. */
export const ownProcess: Host = {
  get env() {
    return process.env;
  },
  get stdin() {
    return process.stdin;
  },
  stdinFd: 0,
  get stdout() {
    return process.stdout;
  },
  get stderr() {
    return process.stderr;
  },
  onSignal(name, listener) {
    process.on(name, listener);
  },
  exit(status) {
    process.exit(status);
  },
};

let current: Host = ownProcess;

/** The host of the command line that runs. */
export function host(): Host {
  return current;
}

/** Sets the host; one command line runs at a time. */
export function setHost(host: Host): void {
  current = host;
}
