import type { MachineFacts } from '../machine/facts.ts';
import { SIZE } from '../machine/speed.ts';
import { plural } from '../terminal/format.ts';
import { bold } from '../terminal/style.ts';
import { pairs, table } from '../terminal/table.ts';

/** The text that `doctor` prints. */
export function describeMachine(facts: MachineFacts): string {
  const { advice } = facts;
  const simd = { relaxed: 'yes', strict: 'no, strict SIMD only', none: 'no SIMD at all' };
  return [
    bold('Machine'),
    pairs([
      ['Node', facts.node],
      ['platform', `${facts.platform} ${facts.arch}`],
      ['cores', `${facts.cores}`],
      ['relaxed SIMD', simd[facts.simd ?? 'none']],
      ['shared memory', facts.sharedMemory ? 'yes' : 'no, one thread only'],
    ]),
    '',
    bold('BLAS'),
    pairs([
      ['found', facts.blas ?? (facts.libraries.length > 0 ? 'none' : `none: ${facts.blasReason}`)],
      ['koffi', facts.koffi ?? 'not usable'],
      ['UNROLLED_BLAS', facts.unrolledBlas ?? 'not set'],
      ...facts.libraries.map(({ file, reason }) => [file, reason ?? 'works'] as const),
    ]),
    ...(advice.length > 0 ? ['', bold('How to install one'), ...advice.map((line) => `  ${line}`)] : []),
    '',
    bold('MPI, for training on several machines'),
    pairs([
      ['found', facts.mpi ?? (facts.mpiLibraries.length > 0 ? 'none' : `none: ${facts.mpiReason}`)],
      ...(facts.mpiVersion === null ? [] : [['version', facts.mpiVersion] as const]),
      ['UNROLLED_MPI', facts.unrolledMpi ?? 'not set'],
      ...facts.mpiLibraries.map(({ file, reason }) => [file, reason ?? 'works'] as const),
    ]),
    '',
    bold(`Speed of a ${SIZE} × ${SIZE} matrix product, GFLOP/s`),
    speedTable(facts),
    '',
    facts.auto === null
      ? '--backend auto has no backend here; --backend reference runs without SIMD, slowly.'
      : `--backend auto uses ${facts.auto}.`,
  ].join('\n');
}

/** One row per backend, one column per number of threads. */
function speedTable({ speeds }: MachineFacts): string {
  const threads = [...new Set(speeds.map((speed) => speed.threads))];
  const cell = (backend: string, count: number) =>
    speeds.find((speed) => speed.backend === backend && speed.threads === count)?.gigaflops.toFixed(1) ?? '—';
  return table([
    ['', ...threads.map((count) => plural(count, 'thread'))],
    ...['blas', 'wasm', 'wasm-strict'].map((backend) => [
      backend,
      ...threads.map((count) => cell(backend, count)),
    ]),
  ]);
}
