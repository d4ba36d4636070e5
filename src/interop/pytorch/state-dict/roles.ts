import { shown } from '../../../kinds.ts';
import { ImportOptionError } from '../../importer.ts';
import type { TakenArrays } from './taken-arrays.ts';

/** The roles of `map`, with what each of them takes. */
const roles = {
  embedding: 'the embedding table (V, D)',
  rnn: 'the prefixes of the recurrent modules, from bottom to top, separated by commas',
  cell: 'the cell: rnn, rnn-relu, lstm or gru',
  output: 'the weights of the output layer (V, H)',
  'output-bias': 'the bias of the output layer (V)',
  ignore: 'arrays to leave out, or prefixes of them, separated by commas',
} as const;

/** A role that `map` may give. */
export type Role = keyof typeof roles;

/** The roles given by `map`. */
export type Roles = Readonly<Partial<Record<Role, string>>>;

/** Checks the names of roles and returns them. */
export function checkRoles(map: Readonly<Record<string, string>>, where: string): Roles {
  for (const [role, name] of Object.entries(map)) {
    const isRole = Object.hasOwn(roles, role);
    if (isRole && typeof name === 'string' && name !== '') continue;
    const needs = isRole
      ? `it needs ${roles[role as Role]}`
      : `the roles are ${Object.keys(roles).join(', ')}`;
    throw new ImportOptionError(
      'option-value',
      (names) => `${where}: ${names.map(role, name)} is no role of an array; ${needs}. Correct it.`,
    );
  }
  return map;
}

/** The array that `map` names for a role. Throws unless it exists with the right number of axes. */
export function givenArray(arrays: TakenArrays, role: Role, name: string, axes: number): string {
  const array = arrays.get(name);
  if (array?.shape.length === axes) return name;
  const got = array ? `has the shape ${shapeOf(array.shape)}` : 'is not in the file';
  throw new ImportOptionError(
    'option-value',
    ({ map }) =>
      `${arrays.where}: ${shown(name)} ${got}; ${map(role, 'NAME')} needs ${roles[role]}. The file has ${list(
        [...arrays.open].filter(([, { shape }]) => shape.length === axes).map(([other]) => other),
      )}.`,
  );
}

/** The error for a role that more than one array could have, or none. */
export function ambiguous(arrays: TakenArrays, role: Role, candidates: readonly string[]): ImportOptionError {
  const got = `${list(candidates)} could each be ${roles[role]}`;
  return new ImportOptionError(
    'file-foreign',
    ({ map }) => `${arrays.where}: ${got}; it must be one. Choose with ${map(role, candidates[0])}.`,
  );
}

const MOST_LISTED = 8;

/** Names for a message: `"a (3, 4)"`, the first ones if there are many. */
export function list(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  const more = names.length - MOST_LISTED;
  const first = names.slice(0, MOST_LISTED).map((name) => shown(name.slice(0, 200)));
  return `${first.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** A shape for a message: `(3, 4)`. */
export function shapeOf(shape: readonly number[]): string {
  return `(${shape.join(', ')})`;
}
