/** The values of one parameter that may be tried, in order. */
export type Axis = readonly number[];

/** A point: the value of each parameter. */
export type Values<Name extends string> = Readonly<Record<Name, number>>;

/** A point and its loss. */
export interface Fitted<Name extends string> {
  readonly values: Values<Name>;
  readonly loss: number;
}

/**
 * Coordinate descent on a grid: moves one parameter at a time to a neighbouring value while that lowers the loss, until no
 * parameter moves. Each point is measured once.
 *
 * @param start must lie on the grid
 * @param measure the loss of a point; an infinite one is never chosen
 */
export async function fitOnGrid<Name extends string>(
  axes: Readonly<Record<Name, Axis>>,
  start: Values<Name>,
  measure: (values: Values<Name>) => Promise<number>,
): Promise<Fitted<Name>> {
  const names = Object.keys(axes) as Name[];
  const outside = names.find((name) => !axes[name].includes(start[name]));
  if (outside !== undefined)
    throw new Error(`fitOnGrid: ${outside} starts at ${start[outside]}, off its grid`);
  const known = new Map<string, number>();
  const lossAt = async (values: Values<Name>): Promise<number> => {
    const key = JSON.stringify(names.map((name) => values[name]));
    const loss = known.get(key) ?? (await measure(values));
    known.set(key, loss);
    return loss;
  };
  let best: Fitted<Name> = { values: start, loss: await lossAt(start) };
  for (let moved = true; moved; ) {
    moved = false;
    for (const name of names) {
      const better = await descend(axes[name], name, best, lossAt);
      moved ||= better !== best;
      best = better;
    }
  }
  return best;
}

/** Moves one parameter, first upwards, then downwards, while the loss falls. */
async function descend<Name extends string>(
  axis: Axis,
  name: Name,
  from: Fitted<Name>,
  lossAt: (values: Values<Name>) => Promise<number>,
): Promise<Fitted<Name>> {
  let best = from;
  for (const direction of [1, -1]) {
    for (;;) {
      const at = axis.indexOf(best.values[name]) + direction;
      if (at < 0 || at >= axis.length) break;
      const values = { ...best.values, [name]: axis[at] };
      const loss = await lossAt(values);
      if (!(loss < best.loss)) break;
      best = { values, loss };
    }
    if (best !== from) break;
  }
  return best;
}
