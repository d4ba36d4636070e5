import type { Option } from '../command.ts';
import { positiveInteger } from './value-types.ts';

/** `--threads`, of every command that computes. */
export const threadsOption: Option<number> = {
  value: 'N',
  type: positiveInteger,
  help: 'Threads that compute; the result is the same for any number (but with blas)',
  otherwise: 'all cores',
};
