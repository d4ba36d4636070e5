import type { Option } from '../command.ts';
import { choice } from './value-types.ts';

/** `--state`, of every command that reads a text line by line. */
export const stateOption: Option<'line' | 'carry'> & { readonly default: 'line' } = {
  value: 'WHAT',
  type: choice(['line', 'carry']),
  help: 'What the model knows when a line begins: no other line (faster), or all before it',
  default: 'line',
};
