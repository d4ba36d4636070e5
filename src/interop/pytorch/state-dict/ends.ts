import { UnrolledError } from '../../../errors.ts';
import { type FloatArray, transpose, zeros } from '../../network/float-array.ts';
import type { ModuleFacts } from '../../network/named-arrays.ts';
import type { Network } from '../../network/network.ts';
import { type Matrix, openMatrices } from './matrices.ts';
import { ambiguous, givenArray, list, type Roles, shapeOf } from './roles.ts';
import type { TakenArrays } from './taken-arrays.ts';

type End = 'embedding' | 'output';

/** The usual names of the modules at each end of a network, and their classes in PyTorch. */
const usual: Readonly<Record<End, { readonly names: RegExp; readonly type: RegExp }>> = {
  embedding: { names: /(^|\.)(encoder|\w*emb\w*|wte|lookup\w*)\.weight$/i, type: /\.Embedding$/ },
  output: {
    names:
      /(^|\.)(decoder|out\w*|linear\w*|fc\d*|dense|\w*head|proj\w*|hidden2\w+|h2o|generator|softmax)\.weight$/i,
    type: /\.Linear$/,
  },
};

/** What `endsOf` needs of the recurrent layers: they read D numbers and return H. */
interface Widths {
  readonly D: number;
  readonly H: number;
}

/** The embedding and the output layer. Throws if a role has no array, or more than one could have it. */
export function endsOf(
  arrays: TakenArrays,
  { D, H }: Widths,
  modules: ReadonlyMap<string, ModuleFacts>,
  roles: Roles,
): Pick<Network, 'embedding' | 'affine' | 'bias'> {
  const table = chosen(arrays, 'embedding', openMatrices(arrays, D), modules, roles);
  if (table === undefined) throw none(arrays, 'embedding', ['V', D]);
  for (const name of table.names) arrays.take(name, 'embedding.W');
  const [V] = table.array.shape;
  const isTied = roles.output !== undefined && table.names.includes(roles.output);
  const output = isTied ? undefined : chosen(arrays, 'output', openMatrices(arrays, H, V), modules, roles);
  if (output === undefined && H !== D) throw none(arrays, 'output', [V, H]);
  for (const name of output?.names ?? []) arrays.take(name, 'affine.W');
  return {
    embedding: table.array,
    affine: output ? transpose(output.array) : null,
    bias: biasOf(arrays, output ?? table, V, roles),
  };
}

/** The matrix of a role: the given one, the only one, or the only one of a usual name or class. */
function chosen(
  arrays: TakenArrays,
  end: End,
  matrices: readonly Matrix[],
  modules: ReadonlyMap<string, ModuleFacts>,
  roles: Roles,
): Matrix | undefined {
  const given = roles[end];
  if (given !== undefined) return givenMatrix(arrays, end, given, matrices);
  const other = end === 'embedding' ? 'output' : 'embedding';
  const is = (one: End) => matrices.filter(({ names }) => names.some((name) => isUsual(name, one, modules)));
  const [these, others] = [is(end), is(other)];
  const rest = matrices.filter((matrix) => !others.includes(matrix));
  const found = [these.filter((matrix) => rest.includes(matrix)), these, rest, matrices].find(
    (some) => some.length === 1,
  );
  if (found || matrices.length === 0) return found?.[0];
  throw ambiguous(
    arrays,
    end,
    matrices.flatMap(({ names }) => names),
  );
}

/** Whether a module is of this end: by its class, if that is PyTorch's own, else by its name. */
function isUsual(name: string, end: End, modules: ReadonlyMap<string, ModuleFacts>): boolean {
  const type = modules.get(name.slice(0, Math.max(0, name.lastIndexOf('.'))))?.type;
  return type?.startsWith('torch.nn.') ? usual[end].type.test(type) : usual[end].names.test(name);
}

function givenMatrix(arrays: TakenArrays, end: End, name: string, matrices: readonly Matrix[]): Matrix {
  const found = matrices.find(({ names }) => names.includes(name));
  if (found) return found;
  const { shape } = arrays.get(givenArray(arrays, end, name, 2))!;
  throw new UnrolledError(
    'weights',
    `${arrays.where}: ${JSON.stringify(name)} has the shape ${shapeOf(shape)}, which does not fit the recurrent layers. The ${end} ` +
      `could be ${list(matrices.flatMap(({ names }) => names))}.`,
  );
}

/** The given bias, that of the output layer's module, or the only vector of V numbers; zeros if there is none. */
function biasOf(arrays: TakenArrays, { names, array }: Matrix, V: number, roles: Roles): FloatArray {
  const given = roles['output-bias'];
  if (given !== undefined) return vector(arrays, givenArray(arrays, 'output-bias', given, 1), V);
  const vectors = [...arrays.open].filter(([, { shape }]) => shape.length === 1 && shape[0] === V);
  const beside = vectors.filter(([name]) => names.includes(name.replace(/bias$/, 'weight')));
  const found = beside.length > 0 ? beside : vectors;
  if (found.length === 0) return zeros([V], array);
  if (found.length === 1) return vector(arrays, found[0][0], V);
  throw ambiguous(
    arrays,
    'output-bias',
    found.map(([name]) => name),
  );
}

function vector(arrays: TakenArrays, name: string, V: number): FloatArray {
  const bias = arrays.take(name, 'affine.b');
  if (bias.shape[0] === V) return bias;
  throw new UnrolledError(
    'weights',
    `${arrays.where}: ${JSON.stringify(name)} has ${bias.shape[0]} numbers; the bias of the output layer must have ${V}, one a token.`,
  );
}

function none(arrays: TakenArrays, end: End, shape: readonly (number | string)[]): UnrolledError {
  const open = [...arrays.open].map(([name, array]) => `${name} ${shapeOf(array.shape)}`);
  return new UnrolledError(
    'file-foreign',
    `${arrays.where}: no array is the ${end === 'output' ? 'weights of the output layer' : 'embedding table'}; it must be ` +
      `(${shape.join(', ')}). Without a role are ${list(open)}.`,
  );
}
