/** What a launcher such as mpirun or srun tells each process that it starts. */
export interface Launch {
  /** The number of this process, from 0. */
  readonly rank: number;
  /** The number of processes; null if only MPI knows. */
  readonly size: number | null;
  /** The kind of library that the launcher needs; null for any. */
  readonly kind: 'Open MPI' | 'MPICH' | null;
  /** The environment variable that says so, which may be left over from a launcher. */
  readonly variable: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The variables of each launcher: Open MPI's mpirun, MPICH's and Intel's mpiexec or srun with PMI, and srun with PMIx. Slurm's
 * own variables are not among them, since a batch script has them too, without being one of the processes.
 */
const launchers = [
  { rank: 'OMPI_COMM_WORLD_RANK', size: 'OMPI_COMM_WORLD_SIZE', kind: 'Open MPI' },
  { rank: 'PMI_RANK', size: 'PMI_SIZE', kind: 'MPICH' },
  { rank: 'PMIX_RANK', size: 'SLURM_NTASKS', kind: null },
] as const;

/** The launch of this process; null if no launcher started it as one of several. */
export function findLaunch(env: Environment): Launch | null {
  for (const { rank, size, kind } of launchers) {
    const found = countOf(env[rank]);
    if (found === null) continue;
    const count = countOf(env[size]);
    return count === 1 ? null : { rank: found, size: count, kind, variable: rank };
  }
  return null;
}

function countOf(text: string | undefined): number | null {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}
