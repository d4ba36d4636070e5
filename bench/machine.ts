import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';

/** Where and on what a run took place. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly system: string;
  readonly node: string;
  readonly commit: string;
  readonly date: string;
}

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() || 'unknown processor',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    system: `${type()} ${release()}, ${process.arch}`,
    node: process.versions.node,
    commit: commit(),
    date: new Date().toISOString(),
  };
}

/** The machine and the software on one line. */
export function lineOf({ cpu, cores, node, commit }: Machine): string {
  return `${cpu}, ${cores} cores, Node ${node}, commit ${commit}`;
}

/** `AMD EPYC 7B13, 2 cores` → `amd-epyc-7b13-2-cores` */
export function slugOf({ cpu, cores }: Machine): string {
  return `${cpu} ${cores} cores`
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}

/** The commit of the checkout, with a mark where the files are not the commit's. */
function commit(): string {
  const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8', stdio: 'pipe' }).trim();
  try {
    const changes = git('status', '--porcelain', '--untracked-files=no', '--', 'src', 'kernels', 'bench');
    return git('rev-parse', '--short', 'HEAD') + (changes === '' ? '' : ', changed');
  } catch {
    return 'unknown';
  }
}
