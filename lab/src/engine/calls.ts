import type { RunEvent } from 'unrolled';
import type { Recipe } from 'unrolled/recipe';

/** How the engine computes in this page. */
export interface EngineFacts {
  /** Description of the backend, such as `wasm, float32, relaxed SIMD, 2 threads`. */
  readonly backend: string;
  /** Number of compute threads. */
  readonly threads: number;
  /** Whether the page is isolated, which several threads need. */
  readonly isolated: boolean;
  /** Where models and checkpoints are kept; null where the browser keeps nothing. */
  readonly storage: 'opfs' | 'indexeddb' | null;
}

/** Which tokens a text is split into. */
export type TokensChoice = 'auto' | 'word' | 'char' | 'byte' | 'bpe';

/** The settings that determine the tokens of a text. */
export interface TextSettings {
  readonly tokens: TokensChoice;
  /** Null: continuous text. */
  readonly items: string | null;
  /** Fraction of the text that is held out for validation. */
  readonly validFraction: number;
  /** Null: the default of the recipe. */
  readonly vocabSize: number | null;
}

/** The facts about the text that is open. */
export interface TextFacts {
  readonly name: string;
  readonly characters: number;
  readonly bytes: number;
  readonly lines: number;
  /** The kind that was chosen or given. */
  readonly tokens: string;
  readonly tokenCount: number;
  readonly trainTokens: number;
  readonly validTokens: number;
  readonly vocabSize: number;
  /** The unknown token; null if every token has an id. */
  readonly unknown: string | null;
  /** Fraction of the validation tokens that are unknown; null without an unknown token. */
  readonly validUnknownRate: number | null;
  /** The most frequent tokens of the training part. */
  readonly frequent: readonly { readonly token: string; readonly count: number }[];
  /** Number of items; null for continuous text. */
  readonly items: number | null;
}

/** A token of the text, for display. */
export interface ShownToken {
  /** The characters of the text that the token covers, with the white space before it. */
  readonly text: string;
  readonly id: number;
  /** Whether it is in the vocabulary. */
  readonly known: boolean;
}

/** A part of the text, cut into tokens. */
export interface TokenPage {
  readonly tokens: readonly ShownToken[];
  /** Start and end in the text, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
}

/** A run of training. */
export interface RunFacts {
  /** The name of its model file. */
  readonly name: string;
  readonly text: string;
  readonly state: 'planning' | 'running' | 'paused' | 'stopped' | 'done' | 'failed';
  /** Why it failed; null if it did not. */
  readonly error: string | null;
}

/** A run of this browser, with what was told of it. */
export interface SavedRun {
  readonly facts: RunFacts;
  readonly messages: readonly RunMessage[];
}

/** The calls of the page to the engine: arguments and results. */
export interface Calls {
  open(): EngineFacts;
  /** Opens a text from bytes of a file, which may be packed. */
  openFile(file: { readonly name: string; readonly bytes: ArrayBuffer }): void;
  openText(text: { readonly name: string; readonly text: string }): void;
  /** The text that is open, to edit it; cut if it is long. */
  textStart(length: number): string;
  facts(settings: TextSettings): TextFacts;
  tokens(range: { readonly start: number; readonly length: number }): TokenPage;
  /** Starts a run. Its events follow as broadcasts. */
  train(request: { readonly given: Partial<Recipe>; readonly minutes: number | null }): RunFacts;
  pause(name: string): void;
  resume(name: string): void;
  stop(name: string): void;
  runs(): readonly SavedRun[];
  /** The bytes of a run's model file. */
  download(name: string): Uint8Array;
  removeRun(name: string): void;
}

/** What happened in a run: `seconds` counts its training time from its start, pauses not included. */
export type RunMessage =
  | { readonly kind: 'event'; readonly name: string; readonly event: RunEvent; readonly seconds: number }
  | { readonly kind: 'sample'; readonly name: string; readonly epoch: number; readonly text: string }
  | { readonly kind: 'baselines'; readonly name: string; readonly unigram: number; readonly bigram: number };

/** What the engine tells without being asked. */
export type Broadcast =
  | RunMessage
  | { readonly kind: 'run'; readonly facts: RunFacts }
  | { readonly kind: 'progress'; readonly work: string; readonly share: number };

/** An error that the engine reports: a message for people, and its code. */
export interface EngineError {
  readonly code: string;
  readonly message: string;
}
