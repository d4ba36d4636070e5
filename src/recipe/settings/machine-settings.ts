import { backendNames } from '../../backends/names.ts';
import { choice, seed } from '../../kinds.ts';
import type { MachineSettings } from '../recipe.ts';
import type { Table } from './setting.ts';

/** Settings of random numbers and hardware. */
export const machineSettings: Table<MachineSettings> = {
  seed: {
    kind: seed,
    default: 1,
    flag: {
      name: 'seed',
      value: 'N',
      help: 'The same seed, text and flags give the same file; what is chosen is printed as flags',
    },
    feeds: { regularisation: 'maskSeed' },
  },
  backend: {
    kind: choice(backendNames),
    default: 'auto',
    flag: { name: 'backend', value: 'NAME', help: 'What computes' },
  },
};
