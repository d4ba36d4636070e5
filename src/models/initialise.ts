import { initByFanIn, initNormal, initUniform } from '../layers/init.ts';
import type { Param } from '../layers/layer.ts';
import type { Random } from '../tensor/random.ts';
import { cells } from './cells.ts';
import { widthOf } from './config.ts';
import type { InitOptions } from './model-options.ts';
import type { RecurrentLM } from './recurrent-lm.ts';

/** As the chapter: embedding randn/100, weights randn/√rows, biases 0, drawn from bottom to top. */
export function initialise(model: RecurrentLM, random: Random, { forgetBias = 0, scale }: InitOptions): void {
  const { backend, config } = model;
  const { gates, forgetBias: forget } = cells[config.cell];
  const draw = (param: Param, byDefault: () => void) =>
    scale === undefined ? byDefault() : initUniform(param, random, scale);
  const byFanIn = (param: Param) => draw(param, () => initByFanIn(param, random));
  const [embedding, affine] = [model.embedding.params[0], model.affine.params[0]];
  draw(embedding, () => initNormal(embedding, random, 1 / 100));
  model.rnns.forEach(({ params }, i) => {
    for (const param of params) if (param.value.shape.length === 2) byFanIn(param);
    if (!forget || forgetBias === 0) return;
    const b = params.find(({ name }) => name === `rnn.${i}.b`) as Param;
    const H = widthOf(config, i);
    backend.fill(b.value.part([H], gates.indexOf(forget.gate) * H), forget.sign * forgetBias);
  });
  if (!config.tied) byFanIn(affine);
}
