import { type BackendName, backendNames } from '../../../backends/open.ts';
import { defaultRecipe } from '../../../recipe/recipe.ts';
import type { CheckpointTimes } from '../../../training/train.ts';
import { checkpointTimes } from '../../arguments/checkpoint-times.ts';
import { threadsOption } from '../../arguments/common-options.ts';
import {
  choice,
  orNull,
  positiveInteger,
  seedNumber,
  text,
  wholeNumber,
} from '../../arguments/value-types.ts';
import type { Option, Switch, WithDefault } from '../../command.ts';

type RunFlags = {
  readonly init: Option<string>;
  readonly resume: Option<string>;
  readonly checkpoint: Option<CheckpointTimes | null>;
  readonly keep: WithDefault<number>;
  readonly seed: Option<number>;
  readonly backend: Option<BackendName>;
  readonly threads: Option<number>;
  readonly out: WithDefault<string>;
  readonly log: Option<string>;
  readonly 'log-every': WithDefault<number>;
  readonly json: Switch;
  readonly quiet: Switch;
};

/** Where a run begins, what it writes and tells. */
export const runFlags: RunFlags = {
  init: { value: 'FILE', type: text, help: 'Start from the weights of this .safetensors file' },
  resume: {
    value: 'FILE|latest',
    type: text,
    help: 'Go on from this checkpoint, or from the newest beside --out, as if the run had not stopped',
  },
  checkpoint: {
    value: 'STEPS|TIME|none',
    type: orNull(checkpointTimes, 'none'),
    help: 'Write a checkpoint so often, such as 500 or 5m, and after each best epoch',
    otherwise: '5m',
  },
  keep: {
    value: 'N',
    type: positiveInteger,
    help: 'Checkpoints that are kept until the run has come to its end',
    default: 2,
  },
  seed: {
    value: 'N',
    type: seedNumber,
    help: 'The same seed, text and flags give the same file; what is chosen, is printed as flags',
    otherwise: defaultRecipe.seed,
  },
  backend: {
    value: 'NAME',
    type: choice(backendNames),
    help: 'What computes',
    otherwise: defaultRecipe.backend,
  },
  threads: threadsOption,
  out: { value: 'FILE', type: text, help: 'The model file', default: 'model.safetensors' },
  log: { value: 'FILE', type: text, help: 'Write what happens to this file too, one JSON object a line' },
  'log-every': {
    value: 'STEPS',
    type: wholeNumber,
    help: 'Steps from one step line of --log and --json to the next; 0 for none',
    default: 100,
  },
  json: { help: 'Print one JSON object a line instead of text' },
  quiet: { help: 'Print nothing but errors' },
};
