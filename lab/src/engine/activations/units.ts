/** A unit of a layer. */
export interface Unit {
  readonly layer: number;
  readonly unit: number;
}

/** The numbers of a unit after each token: its hidden state h, and for a cell with c also tanh(c), from which h = o ⊙ tanh(c). */
export const activationNames = ['h', 'tanh-c'] as const;
export type ActivationName = (typeof activationNames)[number];

/** One of the numbers of a unit. */
export interface UnitActivation extends Unit {
  readonly activation: ActivationName;
}

/** The index of a unit where the units of all layers stand side by side. */
export function unitIndex(widths: readonly number[], { layer, unit }: Unit): number {
  return unitCount(widths.slice(0, layer)) + unit;
}

/** The unit at an index. */
export function unitAt(widths: readonly number[], index: number): Unit {
  let [layer, unit] = [0, index];
  while (unit >= widths[layer]) unit -= widths[layer++];
  return { layer, unit };
}

/** U: the number of units of all layers. */
export function unitCount(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0);
}

/** The index of a number in a row of activations: h of the units of all layers, then their tanh(c). */
export function columnOf(widths: readonly number[], { activation, ...unit }: UnitActivation): number {
  return activationNames.indexOf(activation) * unitCount(widths) + unitIndex(widths, unit);
}

/** The number that has an index in a row of activations. */
export function activationAt(widths: readonly number[], column: number): UnitActivation {
  const U = unitCount(widths);
  return { ...unitAt(widths, column % U), activation: activationNames[Math.floor(column / U)] };
}
