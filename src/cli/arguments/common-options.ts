import { type BackendName, backendNames, MAX_THREADS } from '../../backends/names.ts';
import { integer } from '../../kinds.ts';
import type { Option, Switch, WithDefault } from '../command.ts';
import { choice, positiveNumber, valueType } from './value-types.ts';

/** `--backend`, of every command that computes. */
export const backendOption: WithDefault<BackendName> = {
  value: 'NAME',
  type: choice(backendNames),
  help: 'Compute backend',
  default: 'auto',
};

/** `--threads`, of every command that computes. */
export const threadsOption: Option<number> = {
  value: 'N',
  type: valueType(integer({ from: 1, to: MAX_THREADS })),
  help: 'Number of compute threads; it does not change the results, except with blas',
  otherwise: 'all cores',
};

/** `--no-verify`, of every command that reads a model file or checkpoint. */
export const noVerifyOption: Switch = {
  help: 'Open a file even if its contents do not match the digest stored in it',
};

/** The options of every command that computes with a model. */
export const modelOptions: {
  readonly backend: WithDefault<BackendName>;
  readonly threads: Option<number>;
  readonly 'no-verify': Switch;
} = { backend: backendOption, threads: threadsOption, 'no-verify': noVerifyOption };

/** `--mpi-timeout`, of every command that several processes run together. */
export const mpiTimeoutOption: WithDefault<number> = {
  value: 'SECONDS',
  type: positiveNumber,
  help: 'With several processes: end the run when one gives no sign of life for this long',
  default: 60,
};

/** `--state`, of every command that reads a text line by line. */
export const stateOption: Option<'carry' | 'line'> = {
  value: 'WHAT',
  type: choice(['carry', 'line']),
  help: 'State at the start of each line: carried over from the line before, as in training, or reset',
  otherwise: 'carry',
};
