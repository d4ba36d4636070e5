import type { Backend } from '../backends/backend.ts';
import { drawNormal, drawUniform, fanInDeviation } from '../layers/init.ts';
import type { Param } from '../layers/layer.ts';
import type { Random } from '../tensor/random.ts';
import { type RecurrentConfig, widthOf } from './config.ts';
import type { InitOptions } from './model-options.ts';

/** A model's parameters by their place. */
export interface ParamsByLayer {
  readonly embedding: Param;
  /** Of each recurrent layer, from the bottom. */
  readonly rnns: readonly (readonly Param[])[];
  readonly affine: Param;
}

/** As the chapter: embedding randn/100, weights randn/√rows, biases 0, drawn from bottom to top. */
export function initialise(
  backend: Backend,
  config: RecurrentConfig,
  { embedding, rnns, affine }: ParamsByLayer,
  random: Random,
  { forgetBias = 0, scale }: InitOptions,
): void {
  const draw = ({ value }: Param, deviation: number) => {
    const { size } = value;
    const numbers =
      scale === undefined ? drawNormal(size, random, deviation) : drawUniform(size, random, scale);
    backend.write(value, numbers);
  };
  draw(embedding, 1 / 100);
  rnns.forEach((params, i) => {
    for (const param of params) if (param.value.shape.length === 2) draw(param, fanInDeviation(param));
    const b = params.find(({ name }) => name === `rnn.${i}.b`) as Param;
    const forget = b.value.part([widthOf(config, i)]);
    const bias = config.cell === 'mingru' ? -forgetBias : forgetBias;
    if (bias !== 0) backend.fill(forget, bias);
  });
  if (!config.tied) draw(affine, fanInDeviation(affine));
}
