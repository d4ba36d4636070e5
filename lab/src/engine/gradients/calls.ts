/** The gradient of log p of one prediction, as norms. All arrays have one number per step, from `start` to the step of the prediction. */
export interface PredictionGradients {
  /** The first step: the last 2,000 steps before the prediction, and none before the state was last 0. */
  readonly start: number;
  /** log p, in nats. */
  readonly logProbability: number;
  /** ‖∂ log p / ∂x‖ of the embedding x of each step. */
  readonly inputs: Float64Array;
  /** ∂ log p / ∂x · x of each step: positive where the token makes the prediction more likely. */
  readonly products: Float64Array;
  /** From bottom to top: ‖∂ log p / ∂h‖ and ‖∂ log p / ∂c‖ of the state after each step; c is null for a cell without one. */
  readonly layers: readonly { readonly h: Float64Array; readonly c: Float64Array | null }[];
}

/** Calls about gradients: how the past of a text influences a prediction or a loss. */
export interface GradientCalls {
  /** How much each step before a prediction matters for it: the prediction of token `id` after a step of a reading, −1 or more. */
  predictionGradients(request: {
    readonly reading: number;
    readonly step: number;
    readonly id: number;
  }): PredictionGradients;
}
