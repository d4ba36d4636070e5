import { modulationSizes, type NetworkLayer } from '../../network/network.ts';
import { split } from './cell-steps.ts';
import type { GraphBuilder } from './graph-builder.ts';

/**
 * Adds the rounds of a Mogrifier LSTM to the body of a loop, one after the other: x = 2σ(h·Qdown·Qup) ⊙ x and
 * h = 2σ(x·Rdown·Rup) ⊙ h alternately. The matrices are split into those of each round once, outside of the loop.
 *
 * @returns the names of x and h after the last round
 */
export function modulate(
  body: GraphBuilder,
  layer: NetworkLayer,
  x: string,
  h: string,
): { readonly x: string; readonly h: string } {
  const { X, Y } = modulationSizes(layer)!;
  const { Qdown, Qup, Rdown, Rup } = layer.modulation!;
  const outer = body.outer as GraphBuilder;
  const blocks = (name: string, weights: typeof Qdown, count: number) =>
    split(
      outer,
      outer.weights(name, weights),
      Array.from({ length: count }, (_, j) => `${name}_${j}`),
    );
  const Q = { down: blocks('Qdown', Qdown, X), up: blocks('Qup', Qup, X) };
  const R = { down: blocks('Rdown', Rdown, Y), up: blocks('Rup', Rup, Y) };
  let now = { x, h };
  for (let round = 0; round < X + Y; round++) {
    const [of, from, W] = round % 2 === 0 ? (['x', 'h', Q] as const) : (['h', 'x', R] as const);
    const [down, up] = [W.down[round >> 1], W.up[round >> 1]];
    const name = `${of}_${round + 1}`;
    const inner = body.add('MatMul', `${name}_inner`, [now[from], down]);
    const gate = body.add('Sigmoid', `${name}_gate`, [body.add('MatMul', `${name}_sum`, [inner, up])]);
    const scaled = body.add('Mul', `${name}_half`, [gate, now[of]]);
    now = { ...now, [of]: body.add('Mul', name, [scaled, body.number(2)]) };
  }
  return now;
}
