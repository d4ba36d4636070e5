import type { ActivationCalls } from './activations/calls.ts';
import type { ChapterCalls } from './chapter/calls.ts';
import type { GradientCalls } from './gradients/calls.ts';
import type { ModelCalls } from './models/calls.ts';
import type { ReadingCalls } from './reading/calls.ts';
import type { RunCalls, RunFacts, RunMessage } from './runs/calls.ts';
import type { ScoringCalls } from './scoring/calls.ts';
import type { TextCalls } from './text/calls.ts';
import type { WordCalls } from './words/calls.ts';
import type { WritingCalls } from './writing/calls.ts';

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
  /** The name of a lock that the engine holds as long as it lives. */
  readonly lock: string;
}

/** The calls of the page to the engine: arguments and results. */
export interface Calls
  extends TextCalls,
    RunCalls,
    ModelCalls,
    ReadingCalls,
    ActivationCalls,
    ChapterCalls,
    GradientCalls,
    WritingCalls,
    ScoringCalls,
    WordCalls {
  open(): EngineFacts;
}

/** What the engine computes for each call of a part. `signal` is aborted when the page no longer wants the result. */
export type Handlers<Part> = {
  readonly [Name in keyof Part]: Part[Name] extends (...all: infer Given) => infer Result
    ? (argument: Given[0], signal: AbortSignal) => Result | Promise<Result>
    : never;
};

/** What the engine tells without being asked. */
export type Broadcast =
  | RunMessage
  | { readonly kind: 'run'; readonly facts: RunFacts }
  /** The list of runs has changed: another tab has started, ended or removed one. */
  | { readonly kind: 'runs' }
  /** The model file of a run is new, was replaced or removed. */
  | { readonly kind: 'model'; readonly id: string }
  | { readonly kind: 'progress'; readonly work: string; readonly share: number };

/** An error that the engine reports: a message for people, and its code. */
export interface EngineError {
  readonly code: string;
  readonly message: string;
}
