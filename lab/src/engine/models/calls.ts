import type { RecurrentConfig } from 'unrolled';

/** Where a model comes from: a run of this browser, a file that was opened, the site that serves the page, or its sample. */
export type ModelOrigin = 'run' | 'file' | 'site' | 'first';

/** A model that can be opened. */
export interface ModelChoice {
  /** Unique, and the same after a reload. */
  readonly id: string;
  readonly name: string;
  readonly origin: ModelOrigin;
}

/** The facts about an open model. */
export interface ModelFacts extends ModelChoice {
  readonly config: RecurrentConfig;
  /** Whether its cell has a cell state c beside h. */
  readonly hasCellState: boolean;
  /** Number of learned parameters. */
  readonly parameters: number;
  /** The kind of its tokens: `word`, `char`, `byte`, `bpe`. */
  readonly tokens: string;
  /** Validation perplexity as stored in the file; null if it has none. */
  readonly validPerplexity: number | null;
  /** T: the steps of a block in training, through which gradients flow back; null if the file does not say. */
  readonly blockLength: number | null;
  /** Maximum global gradient norm in training; null if there was none, or the file does not say. */
  readonly clip: number | null;
  /** The text that it was trained on, if this browser has it. */
  readonly trainingText: string | null;
  /** Why the browser does not keep it, so that it is lost when the page is closed; null if it does, or need not. */
  readonly notKept: string | null;
}

/** Calls about models. */
export interface ModelCalls {
  models(): readonly ModelChoice[];
  /** Opens a model by the id of a choice. */
  openModel(id: string): ModelFacts;
  /** Opens a model file, and keeps it in the browser. */
  addModel(file: { readonly name: string; readonly contents: Blob }): ModelFacts;
  removeModel(id: string): void;
}
