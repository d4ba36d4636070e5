import { UnrolledError } from '../../../errors.ts';
import { shown } from '../../../kinds.ts';
import { type Cell, cells } from '../../../models/cells.ts';
import { ImportOptionError } from '../../importer.ts';
import type { ModuleFacts } from '../../network/named-arrays.ts';
import type { RecurrentModule } from './recurrent-modules.ts';
import { type Roles, shapeOf } from './roles.ts';
import type { TakenArrays } from './taken-arrays.ts';

/** The cells that PyTorch has a module for. */
const importable: readonly Cell[] = ['rnn', 'rnn-relu', 'lstm', 'gru'];

/**
 * The cell of the modules: by the number of gates, which is the rows of `weight_ih_l0` by the columns of `weight_hh_l0`. Of
 * `nn.RNN`, only the stored module or `map` tells whether it uses tanh or ReLU.
 */
export function cellOf(
  arrays: TakenArrays,
  modules: readonly RecurrentModule[],
  facts: ReadonlyMap<string, ModuleFacts>,
  { cell }: Roles,
): Cell {
  const [{ parameters }] = modules;
  const input = parameters.get('weight_ih_l0');
  const hidden = parameters.get('weight_hh_l0');
  if (input === undefined || hidden === undefined) throw incomplete(arrays, parameters);
  const possible = importable.filter((one) => cells[one].pytorch!.length === gatesOf(arrays, input, hidden));
  if (cell !== undefined) return given(arrays, cell, possible);
  if (possible.length === 1) return possible[0];
  const known = nonlinearity(facts, input);
  if (known !== undefined) return known === 'relu' ? 'rnn-relu' : 'rnn';
  throw new ImportOptionError(
    'file-foreign',
    ({ map }) =>
      `${arrays.where}: ${shown(input)} belongs to an nn.RNN; the arrays do not tell whether it uses tanh or ReLU. Pass ` +
      `${map('cell', 'rnn')} for tanh, PyTorch's default, or ${map('cell', 'rnn-relu')}.`,
  );
}

function gatesOf(arrays: TakenArrays, input: string, hidden: string): number {
  const [{ shape: ih }, { shape: hh }] = [arrays.get(input)!, arrays.get(hidden)!];
  const gates = ih[0] / hh[1];
  if (ih.length === 2 && hh.length === 2 && hh[0] === ih[0] && [1, 3, 4].includes(gates)) return gates;
  throw new UnrolledError(
    'weights',
    `${arrays.where}: ${shown(input)} has the shape ${shapeOf(ih)} and ${shown(hidden)} ${shapeOf(hh)}; they must be (G·H, D) ` +
      'and (G·H, H) with 1, 3 or 4 gates of H units.',
  );
}

function given(arrays: TakenArrays, cell: string, possible: readonly Cell[]): Cell {
  const found = possible.find((one) => one === cell);
  if (found !== undefined) return found;
  throw new ImportOptionError(
    'option-value',
    ({ map }) =>
      `${arrays.where}: ${map('cell', cell)} does not fit the number of gates; it must be ${possible.join(' or ')}. Pass it, or ` +
      'leave it out.',
  );
}

/** What the stored module says: `nonlinearity`, or the `mode` that older versions have. */
function nonlinearity(facts: ReadonlyMap<string, ModuleFacts>, input: string): 'tanh' | 'relu' | undefined {
  const attributes = facts.get(input.slice(0, Math.max(0, input.lastIndexOf('.'))))?.attributes;
  const known = attributes?.get('nonlinearity') ?? attributes?.get('mode');
  if (known === 'relu' || known === 'RNN_RELU') return 'relu';
  return known === 'tanh' || known === 'RNN_TANH' ? 'tanh' : undefined;
}

function incomplete({ where }: TakenArrays, parameters: ReadonlyMap<string, string>): UnrolledError {
  const [name] = parameters.values();
  return new UnrolledError(
    'weights',
    `${where}: ${shown(name)} belongs to a recurrent module that lacks weight_ih_l0 or weight_hh_l0; it must have both, with numbers. Save the whole state dict.`,
  );
}
