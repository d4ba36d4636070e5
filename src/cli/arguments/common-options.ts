import { type BackendName, backendNames } from '../../backends/names.ts';
import type { Option, WithDefault } from '../command.ts';
import { choice, positiveInteger } from './value-types.ts';

/** `--backend`, of every command that computes. */
export const backendOption: WithDefault<BackendName> = {
  value: 'NAME',
  type: choice(backendNames),
  help: 'What computes',
  default: 'auto',
};

/** `--threads`, of every command that computes. */
export const threadsOption: Option<number> = {
  value: 'N',
  type: positiveInteger,
  help: 'Threads that compute; the result is the same for any number (but with blas)',
  otherwise: 'all cores',
};

/** `--state`, of every command that reads a text line by line. */
export const stateOption: WithDefault<'carry' | 'line'> = {
  value: 'WHAT',
  type: choice(['carry', 'line']),
  help: 'What the model knows when a line begins: all before it, as in training, or no other line',
  default: 'carry',
};
