import { UnrolledError } from '../../../errors.ts';
import { shown } from '../../../kinds.ts';
import { ImportOptionError } from '../../importer.ts';
import { list, type Roles } from './roles.ts';
import type { TakenArrays } from './taken-arrays.ts';

/** The arrays of an `nn.RNN`, `nn.LSTM` or `nn.GRU`. */
export interface RecurrentModule {
  /** Its name, such as `rnn` or `rnns.0`; `''` if it is the whole file. */
  readonly prefix: string;
  /** The array of each parameter, such as `weight_ih_l0` → `rnn.weight_ih_l0`. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** A parameter of a recurrent module; `_raw` is that of a `WeightDrop`, before dropout. */
const PARAMETER = /^(?:(.*)\.)?((?:weight|bias)_(?:ih|hh|hr)_l\d+(?:_reverse)?)(_raw)?$/s;

/** Finds the recurrent modules, from bottom to top. Throws if there is none, or if their order is not known. */
export function recurrentModules(arrays: TakenArrays, { rnn }: Roles): readonly RecurrentModule[] {
  const modules = found(arrays);
  if (modules.length === 0) throw noModule(arrays);
  if (rnn !== undefined) return rnn.split(',').flatMap((prefix) => named(arrays, modules, prefix));
  if (modules.length > 1 && !isNumbered(modules)) throw withoutOrder(arrays, prefixesOf(modules));
  return byNumber(modules);
}

function found(arrays: TakenArrays): RecurrentModule[] {
  const modules = new Map<string, Map<string, string>>();
  for (const name of [...arrays.open.keys()]) {
    const [, path = '', parameter, raw] = PARAMETER.exec(name) ?? [];
    if (parameter === undefined) continue;
    const prefix = path.replace(/(^|\.)module$/, '');
    const parameters = modules.get(prefix) ?? new Map<string, string>();
    modules.set(prefix, parameters);
    const other = parameters.get(parameter);
    if (other === undefined) parameters.set(parameter, name);
    else parameters.set(parameter, preferRaw(arrays, [other, name], raw !== undefined));
  }
  return [...modules].map(([prefix, parameters]) => ({ prefix, parameters }));
}

/** Of a `WeightDrop`'s weights, those before dropout; the others are what the last training step made of them. */
function preferRaw(arrays: TakenArrays, [first, second]: readonly [string, string], isRaw: boolean): string {
  const [raw, other] = isRaw ? [second, first] : [first, second];
  if (!raw.endsWith('_raw') || other.endsWith('_raw')) {
    throw new UnrolledError(
      'file-foreign',
      `${arrays.where}: ${list([first, second])} are the same parameter of one module; it must be there once. Save the ` +
        'state dict of the whole model.',
    );
  }
  arrays.leave(other, `${raw.slice(raw.lastIndexOf('.') + 1)} after dropout`);
  return raw;
}

/** The modules of a prefix: that module, or the numbered ones below it. */
function named(
  arrays: TakenArrays,
  modules: readonly RecurrentModule[],
  wanted: string,
): readonly RecurrentModule[] {
  const exact = modules.filter(
    ({ prefix }) => prefix === wanted || prefix === wanted.replace(/\.module$/, ''),
  );
  const below = modules.filter(({ prefix }) => prefix.startsWith(`${wanted}.`));
  if (exact.length > 0) return exact;
  if (below.length > 0 && isNumbered(below)) return byNumber(below);
  throw new ImportOptionError(
    'option-value',
    ({ map }) =>
      `${arrays.where}: ${map('rnn', wanted)} names no recurrent module; it must be one of ${list(prefixesOf(modules))}.`,
  );
}

/** Whether the names differ only in one number, as those of a `ModuleList`. */
function isNumbered(modules: readonly RecurrentModule[]): boolean {
  const paths = modules.map(({ prefix }) => prefix.split('.'));
  const differing = [...paths[0].keys()].filter((i) => paths.some((path) => path[i] !== paths[0][i]));
  return (
    paths.every(({ length }) => length === paths[0].length) &&
    differing.length <= 1 &&
    paths.every((path) => differing.every((i) => /^\d{1,9}$/.test(path[i])))
  );
}

function byNumber(modules: readonly RecurrentModule[]): readonly RecurrentModule[] {
  return modules.toSorted((a, b) => a.prefix.localeCompare(b.prefix, 'en', { numeric: true }));
}

function prefixesOf(modules: readonly RecurrentModule[]): string[] {
  return modules.map(({ prefix }) => prefix);
}

function withoutOrder({ where }: TakenArrays, prefixes: readonly string[]): UnrolledError {
  return new ImportOptionError(
    'file-foreign',
    ({ map }) =>
      `${where}: the recurrent modules ${list(prefixes)} have no numbers that give their order; it must be known. List those ` +
      `that follow each other, from bottom to top, as in ${map('rnn', prefixes.join(','))}.`,
  );
}

function noModule(arrays: TakenArrays): UnrolledError {
  const names = [...arrays.open.keys()];
  const ofCell = names.find((name) => /(^|\.)weight_(ih|hh)$/.test(name));
  const got =
    ofCell === undefined
      ? `no array has a name like rnn.weight_ih_l0; the file has ${list(names)}`
      : `${shown(ofCell)} belongs to an RNNCell, LSTMCell or GRUCell`;
  return new UnrolledError(
    'file-foreign',
    `${arrays.where}: ${got}; the model needs an nn.RNN, nn.LSTM or nn.GRU. Rename the arrays as such a module names them.`,
  );
}
