import type { ErrorCode } from '../../errors.ts';
import type { RecurrentConfig } from '../../models/config.ts';
import type { Score } from '../../training/evaluation/assess.ts';
import type { TrainEvent } from '../../training/train.ts';
import type { Reason } from '../automatic/reasons.ts';
import type { Recipe } from '../recipe.ts';
import type { TextNote } from '../text/streamed/notes.ts';
import type { CorpusInfo } from '../text/training-data.ts';
import type { PerplexityBits } from './perplexity-bits.ts';

/** What a run reports, in order: start, then steps and epochs, then interrupted, failed or result. */
export type RunEvent =
  | StartEvent
  | StepEvent
  | EpochEvent
  | CheckpointEvent
  | RollbackEvent
  | WarningEvent
  | InterruptedEvent
  | FailedEvent
  | ResultEvent;

export interface StartEvent {
  readonly event: 'start';
  readonly recipe: Recipe;
  /** Why the recipe is as it is where it was chosen; empty where nothing was. */
  readonly chosen: readonly Reason[];
  readonly corpus: CorpusInfo;
  /** What is other because the text is too long to be held; empty for other texts. */
  readonly notes: readonly TextNote[];
  readonly config: RecurrentConfig;
  readonly parameters: number;
  readonly backend: string;
  /** How much of the backend's memory the run uses: weights, gradients and work space. */
  readonly plannedBytes: number;
  /** Tokens trained on, after splitting and `maxTokens`. */
  readonly trainTokens: number;
  readonly validUnknownRate: number | null;
  readonly testUnknownRate: number | null;
  /** In blocks of T; about as many where their lengths vary. */
  readonly stepsPerEpoch: number;
  /** The checkpoint that the run resumes from, null for a new run. */
  readonly resumed: ResumedAt | null;
  /** The newest checkpoint of an unfinished run of the same request, which goes when this new run has come to its end. */
  readonly unfinished: { readonly file: string; readonly step: number } | null;
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

type TrainBits = Pick<PerplexityBits, 'trainBitsPerByte' | 'trainBitsPerCharacter'>;

export type StepEvent = Extract<TrainEvent, { event: 'step' }> & TrainBits;

export type EpochEvent = Extract<TrainEvent, { event: 'epoch' }> &
  PerplexityBits & {
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

/** Something went wrong, and the run continues. */
export type WarningEvent = ArithmeticWarning | DamageWarning | SlowStepWarning | UnsavedWarning;

/** A step is expected to take long. Said before training. */
export interface SlowStepWarning {
  readonly event: 'warning';
  readonly reason: 'slow-step';
  /** The expected length of a step. */
  readonly seconds: number;
  readonly batch: number;
  readonly time: number;
}

/** The run continues on other arithmetic than its checkpoint, so not to the same bits. */
export interface ArithmeticWarning {
  readonly event: 'warning';
  readonly reason: 'other-arithmetic';
  readonly file: string;
  readonly before: string;
  readonly now: string;
}

/** The newest checkpoint is damaged: the run continues from the one before it. */
export interface DamageWarning {
  readonly event: 'warning';
  readonly reason: 'checkpoint-damaged';
  readonly code: ErrorCode;
  /** Names the damaged file. */
  readonly message: string;
  /** The checkpoint that the run resumes from. */
  readonly file: string;
}

/** The store refused the model file, which the end of the run tries again, or a checkpoint. */
export interface UnsavedWarning {
  readonly event: 'warning';
  readonly reason: 'model-not-saved' | 'checkpoint-not-saved';
  readonly code: ErrorCode;
  readonly message: string;
}

export interface InterruptedEvent {
  readonly event: 'interrupted';
  readonly epoch: number;
  readonly step: number;
  readonly out: string;
  /** The step whose weights are in `out`, null when this run wrote none. */
  readonly savedStep: number | null;
  /** The checkpoint to resume from, null when this run wrote none. */
  readonly checkpoint: string | null;
}

/** The last event before the run throws the error that it reports. */
export interface FailedEvent {
  readonly event: 'failed';
  readonly code: ErrorCode;
  readonly message: string;
  readonly out: string;
  /** The epoch whose weights are in `out`, null when this run wrote none. */
  readonly savedEpoch: number | null;
}

export interface ResultEvent extends TrainBits {
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
