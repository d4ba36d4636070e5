import type { Param } from '../../src/layers/layer.ts';
import type { ModulationParams } from '../../src/layers/steps/mogrifier-steps.ts';
import type { RandomTensors } from '../support/tensors.ts';

/**
 * The matrices of a Mogrifier LSTM in the order of a layer's parameters: Qdown, Qup, Rdown, Rup. So small that the rounds
 * hardly amplify the rounding of float32.
 */
export function modulationList(
  make: RandomTensors,
  D: number,
  H: number,
  rounds: number,
  K: number,
): readonly Param[] {
  const [X, Y] = [Math.ceil(rounds / 2), Math.floor(rounds / 2)];
  const param = (name: string, [rows, columns]: [number, number]) =>
    make.param(name, [rows, columns], 0.25 / Math.sqrt(rows));
  return [
    param('Qdown', [H, X * K]),
    param('Qup', [K, X * D]),
    param('Rdown', [D, Y * K]),
    param('Rup', [K, Y * H]),
  ];
}

/** The same by their names. */
export function named([Qdown, Qup, Rdown, Rup]: readonly Param[]): ModulationParams {
  return { Qdown, Qup, Rdown, Rup };
}
