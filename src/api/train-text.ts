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
 * Options of `trainText` and `fineTune`, among them every setting of a recipe: `hidden`, `epochs`, `seed` …
 * Settings that are not given have the defaults of `unrolled/recipe`, or are chosen for the text, the machine
 * and the time.
 *
 * - `minutes`: the time budget, which decides sizes and epochs that are not given. Default 2.
 * - `tokens`: `word`, `char`, `byte`, `bpe` or `auto`, which takes words where the text looks tokenised, else `bpe`. Default `auto`;
 * `fineTune` keeps those of the model.
 * - `tokenizer`: one that exists, with its vocabulary or without. Default: none.
 * - `signal`: stops training after the current step; the result has the weights so far. Default: none.
 * - `onEvent`: receives each event: `start`, each `step` and `epoch`, at the end `result`. Default: none.
 * - `store`: where the model file and checkpoints are written. Default: the model file in memory, no
 * checkpoints.
 */
export interface TrainTextOptions extends Omit<OptionsOn, 'openBackend'> {
  /**
   * Opens the backends for trials and training, by the name in `backend`. Default: `openBackend`, with all
   * cores.
   */
  readonly openBackend?: OptionsOn['openBackend'] | undefined;
}

/**
 * Trains a model on a text as `unrolled train` does: chooses size and epochs for the text, the machine and the time,
 * keeps the best weights, and measures them.
 *
 * @returns the model, on a backend of its own; `model.backend.close()` ends its threads
 * @throws UnrolledError, for example for a text that is too short, and when training diverges
 */
export async function trainText(text: TextInput, options: TrainTextOptions = {}): Promise<TrainedModel> {
  return trainTextOn(text, withBackend(options));
}

/**
 * Trains a saved model further on a text, with its weights, vocabulary and recipe, for as many epochs as fit into the
 * time. The saved model itself stays as it is. Words that its vocabulary lacks are read as its unknown token.
 *
 * @param options settings override those of the saved recipe, except the model's own: its sizes and tokens
 * @throws UnrolledError as `trainText` does, and for options that would change the model
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
