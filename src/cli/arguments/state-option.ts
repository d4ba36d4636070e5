import type { Option } from '../command.ts';
import { choice } from './value-types.ts';

/** `--state`, of every command that reads a text line by line. */
export const stateOption: Option<'carry' | 'line'> & { readonly default: 'carry' } = {
  value: 'WHAT',
  type: choice(['carry', 'line']),
  help: 'What the model knows when a line begins: all before it, as in training, or no other line',
  default: 'carry',
};
