import type { RecurrentLM, SavedModel } from 'unrolled';
import type { ModelChoice, ModelFacts } from './calls.ts';

/** A model that is open. It is disposed once it was closed and no call uses it. */
export class OpenModel {
  readonly saved: SavedModel;
  readonly facts: ModelFacts;
  #users = 0;
  #isClosed = false;

  constructor(choice: ModelChoice, saved: SavedModel, trainingText: string | null, notKept: string | null) {
    this.saved = saved;
    this.facts = { ...factsOf(choice, saved), trainingText, notKept };
  }

  get isUsed(): boolean {
    return this.#users > 0;
  }

  async use<T>(work: (open: OpenModel) => T | Promise<T>): Promise<T> {
    this.#users++;
    try {
      return await work(this);
    } finally {
      this.#users--;
      this.#disposeIfUnused();
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#disposeIfUnused();
  }

  #disposeIfUnused(): void {
    if (this.#isClosed && this.#users === 0) this.saved.dispose();
  }
}

function factsOf(
  choice: ModelChoice,
  { model, tokenizer, recipe, results }: SavedModel,
): Omit<ModelFacts, 'trainingText' | 'notKept'> {
  const { validPerplexity } = Object(results) as { readonly validPerplexity?: unknown };
  const { time, clip } = Object(recipe) as { readonly time?: unknown; readonly clip?: unknown };
  return {
    ...choice,
    config: model.config,
    hasCellState: hasCellState(model),
    parameters: model.parameterCount,
    tokens: tokenizer.kind,
    validPerplexity: typeof validPerplexity === 'number' ? validPerplexity : null,
    blockLength: typeof time === 'number' ? time : null,
    clip: typeof clip === 'number' ? clip : null,
  };
}

function hasCellState(model: RecurrentLM): boolean {
  const state = model.state();
  try {
    return state.layers[0].c !== undefined;
  } finally {
    state.release();
  }
}
