import { openBackend } from '../backends/open.ts';
import { optionsOf } from '../kinds.ts';
import type { ModelContents } from '../models/model-file.ts';
import {
  fineTune as fineTuneOn,
  type TrainTextOptions as OptionsOn,
  type TextInput,
  type TrainedModel,
  trainText as trainTextOn,
} from '../recipe/train-text.ts';

/**
 * Options of `trainText` and `fineTune`, including every setting of a recipe: `hidden`, `epochs`, `seed` …
 * Settings that are omitted are chosen for the text, the machine and the time budget, or have the defaults of
 * `unrolled/recipe`.
 *
 * - `minutes`: the time budget in minutes, from which omitted sizes and epochs are chosen. Default 2.
 * - `tokens`: `word`, `char`, `byte`, `bpe`, or `auto`: words if the text looks tokenised, otherwise `bpe`. Default `auto`;
 * `fineTune` keeps the model's tokens.
 * - `tokenizer`: an existing tokenizer, with or without its vocabulary. Default: none, one is built from the text.
 * - `signal`: stops training after the current step; the result has the weights so far. Default: none.
 * - `onEvent`: called with each event: `start`, each `step` and `epoch`, finally `result`. Default: none.
 * - `store`: where the model file and checkpoints are written. Default: the model file in memory, no
 * checkpoints.
 */
export interface TrainTextOptions extends Omit<OptionsOn, 'openBackend'> {
  /**
   * Opens the backend named by `backend`, for speed trials and for training. Default: `openBackend` with all
   * cores.
   */
  readonly openBackend?: OptionsOn['openBackend'] | undefined;
}

/**
 * Trains a model on a text as `unrolled train` does: chooses model size and epochs for the text, the machine and the time
 * budget, keeps the weights with the lowest validation loss, and evaluates them.
 *
 * @returns the model, on its own backend; `model.backend.close()` stops its threads
 * @throws {UnrolledError} code `text-short` or `text-empty` for a text that is too short, `diverged` when training diverges,
 * `option-value` or `option-conflict` for unusable options
 */
export async function trainText(text: TextInput, options: TrainTextOptions = {}): Promise<TrainedModel> {
  return trainTextOn(text, withBackend(options));
}

/**
 * Fine-tunes a saved model on a text, with its vocabulary and recipe, for as many epochs as fit into the time budget.
 * Returns a new model; the saved one is not changed. Out-of-vocabulary words are read as the unknown token.
 *
 * @param options override the settings of the saved recipe, except model sizes and tokens
 * @throws {UnrolledError} as `trainText`, and code `option-conflict` for options that would change the model
 */
export async function fineTune(
  saved: ModelContents,
  text: TextInput,
  options: TrainTextOptions = {},
): Promise<TrainedModel> {
  return fineTuneOn(saved, text, withBackend(options));
}

function withBackend(given: TrainTextOptions): OptionsOn {
  const { openBackend: open = openBackend, ...options } = optionsOf('trainText', given);
  return { ...options, openBackend: open };
}
