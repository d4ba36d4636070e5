import type { RunEvent } from 'unrolled';
import type { Recipe } from 'unrolled/recipe';

/** A run of training. */
export interface RunFacts {
  /** The name of its model file. */
  readonly name: string;
  readonly text: string;
  /** `elsewhere`: another tab trains it. */
  readonly state: 'planning' | 'running' | 'paused' | 'stopped' | 'done' | 'failed' | 'elsewhere';
  /** Why it failed; null if it did not. */
  readonly error: string | null;
  /** Why the browser does not keep its newest files, which are lost when the page is closed; null if it does. */
  readonly notKept: string | null;
}

/** A run of this browser, with what was told of it. */
export interface SavedRun {
  readonly facts: RunFacts;
  readonly messages: readonly RunMessage[];
}

/** The runs of this browser. */
export interface RunListing {
  /** The names of those that are under way here; the page receives their messages. */
  readonly active: readonly string[];
  /** All others. */
  readonly saved: readonly SavedRun[];
}

/** What happened in a run: `seconds` counts its training time from its start, pauses not included. */
export type RunMessage =
  | {
      readonly kind: 'event';
      readonly name: string;
      readonly event: RunEvent;
      readonly seconds: number;
      /** Training perplexity of the most recent steps; null before the first one. */
      readonly recentPerplexity: number | null;
    }
  | { readonly kind: 'sample'; readonly name: string; readonly epoch: number; readonly text: string }
  | { readonly kind: 'baselines'; readonly name: string; readonly unigram: number; readonly bigram: number };

/** Calls about runs of training. */
export interface RunCalls {
  /** Starts a run. Its events follow as broadcasts. */
  train(request: { readonly given: Partial<Recipe>; readonly minutes: number | null }): RunFacts;
  pause(name: string): void;
  resume(name: string): void;
  stop(name: string): void;
  runs(): RunListing;
  /** Opens the text of a run in the view Text. */
  openRunText(name: string): void;
  /** The model file of a run. */
  download(name: string): Blob;
  removeRun(name: string): void;
}
