import type { Backend } from '../../backends/backend.ts';
import { drawNormal, drawUniform, fanInDeviation } from '../../layers/init.ts';
import type { Param } from '../../layers/layer.ts';
import type { Random } from '../../tensor/random.ts';
import { cells } from '../cells.ts';
import { type RecurrentConfig, widthOf } from '../config.ts';
import type { InitOptions } from '../model-options.ts';

/** A model's parameters by layer. */
export interface ParamsByLayer {
  readonly embedding: Param;
  /** The parameters of each recurrent layer, from bottom to top. */
  readonly rnns: readonly (readonly Param[])[];
  readonly affine: Param;
}

/** Initialises as the chapter does: embedding randn/100, weights randn/√rows, biases 0, from bottom to top. */
export function initialise(
  backend: Backend,
  config: RecurrentConfig,
  { embedding, rnns, affine }: ParamsByLayer,
  random: Random,
  { forgetBias = 0, scale }: InitOptions,
): void {
  const { gates, forgetBias: forget } = cells[config.cell];
  const draw = ({ value }: Param, deviation: number) => {
    const { size } = value;
    const numbers =
      scale === undefined ? drawNormal(size, random, deviation) : drawUniform(size, random, scale);
    backend.write(value, numbers);
  };
  draw(embedding, 1 / 100);
  rnns.forEach((params, i) => {
    for (const param of params) if (param.value.shape.length === 2) draw(param, fanInDeviation(param));
    if (!forget || forgetBias === 0) return;
    const b = params.find(({ name }) => name === `rnn.${i}.b`) as Param;
    const H = widthOf(config, i);
    backend.fill(b.value.part([H], gates.indexOf(forget.gate) * H), forget.sign * forgetBias);
  });
  if (!config.tied) draw(affine, fanInDeviation(affine));
}
