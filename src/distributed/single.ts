import type { Group } from './group.ts';

/** The group of one process, which communicates with nobody. */
export const single: Group = {
  rank: 0,
  size: 1,
  names: ['rank 0'],
  lost: new AbortController().signal,
  sum: async () => {},
  gather: async (bytes) => [bytes],
  broadcast: async (bytes) => bytes,
  barrier: async () => {},
  abort: () => {},
  close: async () => {},
};
