import { UnrolledError } from '../../../errors.ts';
import { shown } from '../../../kinds.ts';
import { cells } from '../../../models/cells.ts';
import { type ImportedNetwork, ImportOptionError, type ImportSettings } from '../../importer.ts';
import type { NamedArrays } from '../../network/named-arrays.ts';
import type { Network } from '../../network/network.ts';
import { cellOf } from './cell.ts';
import { endsOf } from './ends.ts';
import { recurrentLayers } from './recurrent-layers.ts';
import { recurrentModules } from './recurrent-modules.ts';
import { checkRoles, list, shapeOf } from './roles.ts';
import { TakenArrays } from './taken-arrays.ts';

/** What optimizers store beside the weights. */
const OF_OPTIMIZER = /(^|\.)(optim\w*|lr_scheduler|scheduler|exp_avg(_sq)?|momentum_buffer)(\.|$)/;

/**
 * A network from arrays with PyTorch's names: an embedding, recurrent modules, a linear layer. The recurrent modules are found
 * by the names of their parameters, the others by shape and then by name. What more than one array could be is refused with
 * the candidates, and so is an array without a role.
 *
 * @param where the file's name, for messages
 */
export function networkOfArrays(
  { arrays, modules, leftOut }: NamedArrays,
  { map }: ImportSettings,
  where: string,
): ImportedNetwork {
  const roles = checkRoles(map, where);
  const taken = new TakenArrays(where, arrays, leftOut);
  for (const [name, { data }] of arrays) {
    if (OF_OPTIMIZER.test(name)) taken.leave(name, 'state of the optimizer');
    else if (data.length === 0) taken.leave(name, 'no numbers');
  }
  ignore(taken, roles.ignore);
  const recurrent = recurrentModules(taken, roles);
  const cell = cellOf(taken, recurrent, modules, roles);
  const layers = recurrentLayers(taken, recurrent, cell);
  const widths = { D: layers[0].Wx.shape[0], H: layers[layers.length - 1].Wh!.shape[0] };
  const network = {
    cell,
    resetAfter: cells[cell].resetAfter,
    layers,
    ...endsOf(taken, widths, modules, roles),
  };
  checkNothingOpen(taken);
  checkWidths(taken, network);
  checkEmbedding(where, modules);
  return { network, mapped: taken.mapped, leftOut: taken.leftOut, codec: null };
}

function ignore(taken: TakenArrays, prefixes: string = ''): void {
  for (const prefix of prefixes.split(',').filter((one) => one !== '')) {
    const names = [...taken.open.keys()].filter((name) => name === prefix || name.startsWith(`${prefix}.`));
    for (const name of names) taken.leave(name, 'ignored by request');
    if (names.length > 0) continue;
    throw new ImportOptionError(
      'option-value',
      ({ map }) =>
        `${taken.where}: ${map('ignore', prefix)} names no array; it must name one, or a prefix of some. Correct it.`,
    );
  }
}

/** Arrays without a role would change what the model computes. */
function checkNothingOpen({ where, open }: TakenArrays): void {
  const [first] = open.keys();
  if (first === undefined) return;
  const names = [...open].map(([name, { shape }]) => `${name} ${shapeOf(shape)}`);
  throw new ImportOptionError(
    'file-foreign',
    ({ map }) =>
      `${where}: ${list(names)} ${open.size === 1 ? 'has' : 'have'} no equal here; a model is an embedding, recurrent layers of one ` +
      `cell and an output layer. Leave out what does not change the logits with ${map('ignore', first)}.`,
  );
}

/** Throws, by the array's name, unless all layers have one width, but for the top one of a tied model. */
function checkWidths({ where, mapped }: TakenArrays, { layers, embedding, affine }: Network): void {
  const nameOf = (weight: string) => mapped.find(({ to }) => to.includes(weight))!.from;
  const H = layers[0].Wh!.shape[0];
  for (const [i, { Wx, Wh }] of layers.entries()) {
    const isTop = affine === null && i === layers.length - 1;
    const [width, wanted] = [Wh!.shape[0], isTop && i > 0 ? embedding.shape[1] : H];
    const [reads, below] = [Wx.shape[0], i === 0 ? embedding.shape[1] : layers[i - 1].Wh!.shape[0]];
    if (reads !== below) {
      throw new UnrolledError(
        'weights',
        `${where}: ${shown(nameOf(`rnn.${i}.Wx`))} reads ${reads} numbers; the layer below returns ${below}. Pass the layers from bottom to top.`,
      );
    }
    if (width === wanted) continue;
    throw new UnrolledError(
      'weights',
      `${where}: ${shown(nameOf(`rnn.${i}.Wh`))} has ${width} units; it must have ${wanted}. All recurrent layers have one width ` +
        'here, but for the top one of a tied model, which has that of the embedding.',
    );
  }
}

/** `max_norm` changes the table while it reads it. */
function checkEmbedding(where: string, modules: NamedArrays['modules']): void {
  for (const [name, { attributes }] of modules) {
    if (typeof attributes.get('max_norm') !== 'number') continue;
    throw new UnrolledError(
      'file-foreign',
      `${where}: the embedding ${shown(name)} has max_norm, which has no equal here. Scale its rows and set max_norm to None first.`,
    );
  }
}
