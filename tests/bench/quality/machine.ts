import type { Machine } from '../../../bench/machine.ts';

/** The machine of races whose minutes do not count. */
export const machine: Machine = {
  cpu: 'a',
  cores: 2,
  memoryBytes: 1,
  system: '',
  node: '20',
  commit: '',
  date: '2026-01-01',
};
