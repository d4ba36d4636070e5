import type { RecurrentConfig } from '../../models/config.ts';
import type { Score } from '../../training/assess.ts';
import type { TrainEvent } from '../../training/train.ts';
import type { Recipe } from '../recipe.ts';
import type { CorpusInfo } from '../training-data.ts';

/** What a run tells, in order: start, then steps and epochs, then interrupted, failed or result. */
export type RunEvent =
  | StartEvent
  | StepEvent
  | EpochEvent
  | CheckpointEvent
  | RollbackEvent
  | TroubleEvent
  | InterruptedEvent
  | ResultEvent;

/** Takes part in a run by listening. */
export type Listener = (event: RunEvent) => void;

export interface StartEvent {
  readonly event: 'start';
  readonly recipe: Recipe;
  /** What was chosen of the recipe, and why. */
  readonly chosen: readonly string[];
  readonly corpus: CorpusInfo;
  readonly config: RecurrentConfig;
  readonly parameters: number;
  readonly backend: string;
  /** How much of the backend's memory the run uses: weights, gradients and work space. */
  readonly plannedBytes: number;
  /** Tokens trained on, after splitting and --max-tokens. */
  readonly trainTokens: number;
  readonly validUnknownRate: number | null;
  readonly testUnknownRate: number | null;
  /** In blocks of T; about as many where their lengths vary. */
  readonly stepsPerEpoch: number;
  /** The checkpoint that the run goes on from, null for a new run. */
  readonly resumed: ResumedAt | null;
  readonly out: string;
}

export interface ResumedAt {
  readonly file: string;
  readonly epoch: number;
  /** The steps that were taken before. */
  readonly step: number;
  /** How much of the epoch was read, to 1. */
  readonly share: number;
}

export type StepEvent = Extract<TrainEvent, { event: 'step' }>;

export type EpochEvent = Extract<TrainEvent, { event: 'epoch' }> & {
  /** Whether the model file now holds this epoch's weights. */
  readonly saved: boolean;
  /** The epoch whose weights are kept. */
  readonly bestEpoch: number;
};

export type RollbackEvent = Extract<TrainEvent, { event: 'rollback' }>;

export interface CheckpointEvent {
  readonly event: 'checkpoint';
  readonly epoch: number;
  readonly step: number;
  readonly file: string;
}

export interface TroubleEvent {
  /** A warning doesn't end the run. */
  readonly event: 'warning' | 'failed';
  readonly message: string;
}

export interface InterruptedEvent {
  readonly event: 'interrupted';
  readonly epoch: number;
  readonly step: number;
  readonly out: string;
  /** The step whose weights stand in `out`, null when this run wrote none. */
  readonly savedStep: number | null;
  /** The file to go on from, null when this run wrote none. */
  readonly checkpoint: string | null;
}

export interface ResultEvent {
  readonly event: 'result';
  readonly out: string;
  /** Length of the model file. */
  readonly bytes: number;
  /** How much of `plannedBytes` was used. */
  readonly memoryBytes: number;
  /** The epoch and step whose weights were kept. */
  readonly epoch: number;
  readonly step: number;
  readonly trainPerplexity: number | null;
  readonly valid: Score | null;
  readonly test: Score | null;
  readonly sample: string;
  /** A word of the text to begin a prompt with. */
  readonly promptWord: string;
}
