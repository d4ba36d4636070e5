import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test as always, type TestAPI } from 'vitest';
import { binary, type Finished, Run } from './process.ts';

/** Why tests that run `mpirun` are skipped here; null if it works. */
export const mpiObstacle: string | null = findObstacle();

function findObstacle(): string | null {
  try {
    const version = execFileSync('mpirun', ['--version'], { encoding: 'utf8' });
    return version.includes('Open MPI') ? null : 'mpirun is not that of Open MPI';
  } catch {
    return 'mpirun is not installed (Debian: openmpi-bin)';
  }
}

/** `test` where mpirun works; elsewhere one that says why it is skipped. */
export const testMpi: TestAPI | TestAPI['skip'] = mpiObstacle === null ? always : always.skip;
if (mpiObstacle !== null) always.skip(`tests of several processes: ${mpiObstacle}`, () => {});

/** More ranks than cores, and none bound to one; test machines are containers in which everything runs as root. */
const OPTIONS: readonly string[] = ['--oversubscribe', '--bind-to', 'none'];
const environment = { OMPI_ALLOW_RUN_AS_ROOT: '1', OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: '1' };

/** A job of mpirun, with the output of all its ranks. */
export class RunningJob extends Run {
  readonly child: ChildProcess;
  protected override readonly ended: Promise<number | null>;

  /** @param start starts mpirun in an environment */
  constructor(start: (env: NodeJS.ProcessEnv) => ChildProcess) {
    super();
    this.child = start({ ...process.env, ...environment });
    this.child.stdout?.setEncoding('utf8').on('data', (text) => this.collect('stdout', text));
    this.child.stderr?.setEncoding('utf8').on('data', (text) => this.collect('stderr', text));
    this.ended = new Promise((resolve) => this.child.on('close', resolve));
  }

  /** The process of a rank, whose number the start-up lines name. */
  processOf(rank: number): number {
    return Number(new RegExp(`rank ${rank} on [^ ]+ \\(process (\\d+)\\)`).exec(this.stdout)?.[1]);
  }

  /** The processes that mpirun has started on this machine, in the order of the ranks. */
  get processes(): readonly number[] {
    const { pid } = this.child;
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  }
}

/** The user time of a running process of Linux, in clock ticks; null if it has ended, even if nothing has waited for it yet. */
export function ticksOf(pid: number): number | null {
  try {
    const [state, ...fields] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return state === 'Z' ? null : Number(fields[10]);
  } catch {
    return null;
  }
}

/** mpirun in a folder. @param args after those that every test needs */
export function mpirun(folder: string, args: readonly string[]): RunningJob {
  return new RunningJob((env) => spawn('mpirun', [...OPTIONS, ...args], { cwd: folder, env }));
}

/** The command line on several ranks, under way. */
export function unrolledOnRanks(ranks: number, folder: string, ...args: string[]): RunningJob {
  return mpirun(folder, ['-n', `${ranks}`, process.execPath, binary, ...args]);
}

/** A program of the tests on several ranks, to its end. */
export async function onRanks(ranks: number, program: URL, ...args: string[]): Promise<Finished> {
  const command = ['-n', `${ranks}`, process.execPath, fileURLToPath(program), ...args];
  return await mpirun('.', command).finished();
}
