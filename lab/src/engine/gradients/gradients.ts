import type { Handlers } from '../calls.ts';
import type { Readings } from '../reading/readings.ts';
import type { GradientCalls } from './calls.ts';
import { predictionGradients } from './prediction.ts';

/** Gradients of predictions and losses of the texts that models have read. */
export class Gradients {
  readonly #readings: Readings;

  constructor(readings: Readings) {
    this.#readings = readings;
  }

  get handlers(): Handlers<GradientCalls> {
    return {
      predictionGradients: ({ reading: id, step, id: token }) =>
        this.#readings.use(id, (reading, { model }) => predictionGradients(model, reading, step, token)),
    };
  }
}
