import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { binary, type Finished } from './process.ts';

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

/** Test machines are containers with one core, in which everything runs as root. */
const environment = { OMPI_ALLOW_RUN_AS_ROOT: '1', OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: '1' };

/** Options of mpirun: more ranks than cores, and none bound to one. */
export const MPIRUN: readonly string[] = ['--oversubscribe', '--bind-to', 'none'];

/** Starts mpirun in a folder. */
export function mpirun(args: readonly string[], folder: string, env: NodeJS.ProcessEnv = {}): ChildProcess {
  return spawn('mpirun', args, { cwd: folder, env: { ...process.env, ...environment, ...env } });
}

/** The output of a process, to its end. */
export async function outputOf(child: ChildProcess): Promise<Finished> {
  const [out, err]: string[][] = [[], []];
  child.stdout?.setEncoding('utf8').on('data', (text) => out.push(text));
  child.stderr?.setEncoding('utf8').on('data', (text) => err.push(text));
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { status, stdout: out.join(''), stderr: err.join('') };
}

/** A program of the tests on several ranks. */
export async function onRanks(ranks: number, program: URL, ...args: string[]): Promise<Finished> {
  const command = [process.execPath, fileURLToPath(program), ...args];
  return await outputOf(mpirun([...MPIRUN, '-n', `${ranks}`, ...command], '.'));
}

/** The command line on several ranks. */
export async function unrolledOnRanks(ranks: number, folder: string, ...args: string[]): Promise<Finished> {
  return await outputOf(mpirun([...MPIRUN, '-n', `${ranks}`, process.execPath, binary, ...args], folder));
}
