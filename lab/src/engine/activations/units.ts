/** A unit of a layer. */
export interface Unit {
  readonly layer: number;
  readonly unit: number;
}

/** The index of a unit where the units of all layers stand side by side. */
export function unitIndex(widths: readonly number[], { layer, unit }: Unit): number {
  return widths.slice(0, layer).reduce((sum, width) => sum + width, unit);
}

/** The unit at an index. */
export function unitAt(widths: readonly number[], index: number): Unit {
  let [layer, unit] = [0, index];
  while (unit >= widths[layer]) unit -= widths[layer++];
  return { layer, unit };
}
