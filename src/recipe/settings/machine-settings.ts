import { backendNames } from '../../backends/names.ts';
import { choice, seed } from '../../kinds.ts';
import type { MachineSettings } from '../recipe.ts';
import type { Table } from './setting.ts';

/** The settings besides text, model and training that affect the exact result. */
export const machineSettings: Table<MachineSettings> = {
  seed: {
    kind: seed,
    default: 1,
    flag: {
      name: 'seed',
      value: 'N',
      help: 'Random seed; the same seed, text and settings give an identical model file',
    },
    feeds: { regularisation: 'maskSeed' },
  },
  backend: {
    kind: choice(backendNames),
    default: 'auto',
    flag: { name: 'backend', value: 'NAME', help: 'Compute backend' },
  },
};
