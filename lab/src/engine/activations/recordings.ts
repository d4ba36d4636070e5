import type { RecurrentLM, SavedModel } from 'unrolled';
import type { Models } from '../models/models.ts';
import type { OpenModel } from '../models/open-model.ts';
import type { Reading } from '../reading/reading.ts';
import { Recording } from './recording.ts';
import { TrainingRecording } from './training-recording.ts';

/** The recordings that are kept: one of a reading and one of a training text, the newest ones. */
export class Recordings {
  readonly #models: Models;
  readonly #onShare: (share: number) => void;
  #read: { readonly of: Reading; readonly model: RecurrentLM; readonly made: Recording } | null = null;
  #trained: { readonly of: SavedModel; readonly text: string; readonly made: TrainingRecording } | null =
    null;

  /** @param onShare receives the share of the training text that is read */
  constructor(models: Models, onShare: (share: number) => void) {
    this.#models = models;
    this.#onShare = onShare;
  }

  /** The activations over a reading, all of which is then read. */
  async ofReading(reading: Reading, { model }: SavedModel, signal: AbortSignal): Promise<Recording> {
    if (this.#read?.of !== reading || this.#read.model !== model) {
      this.#read?.made.release();
      this.#read = { of: reading, model, made: new Recording(model, reading.encoded) };
    }
    const { made } = this.#read;
    await made.read(signal);
    return made;
  }

  /** The activations over the training text of a model, which is not read yet. */
  async ofTrainingText({ saved, facts }: OpenModel): Promise<TrainingRecording> {
    // The text that is open in the view Text may be another one by now.
    const { text } = await this.#models.textFor(facts);
    if (this.#trained?.of === saved && this.#trained.text === text) return this.#trained.made;
    this.#trained?.made.recording.release();
    this.#trained = { of: saved, text, made: new TrainingRecording(saved, text, this.#onShare) };
    return this.#trained.made;
  }
}
