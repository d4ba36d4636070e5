import type { ErrorCode } from '../../errors.ts';
import type { RecurrentConfig } from '../../models/config.ts';
import type { Score } from '../../training/evaluation/assess.ts';
import type { TrainEvent } from '../../training/train.ts';
import type { Reason } from '../automatic/reasons.ts';
import type { Recipe } from '../recipe.ts';
import type { TextNote } from '../text/streamed/notes.ts';
import type { CorpusInfo } from '../text/training-data.ts';
import type { ScaledBatch } from './parallel/scale-batch.ts';
import type { PerplexityBits } from './perplexity-bits.ts';

/** An event of a run. In order: start, then steps and epochs, then interrupted, failed or result. */
export type RunEvent =
  | StartEvent
  | StepEvent
  | EpochEvent
  | CheckpointEvent
  | RollbackEvent
  | ReplanEvent
  | WarningEvent
  | InterruptedEvent
  | FailedEvent
  | ResultEvent;

/** The first event: what is going to be trained. */
export interface StartEvent {
  readonly event: 'start';
  /** The complete recipe. */
  readonly recipe: Recipe;
  /** The reasons for the automatic choices; empty without any. */
  readonly chosen: readonly Reason[];
  /** The text files. */
  readonly corpus: CorpusInfo;
  /** How a streamed text was processed; empty for texts in memory. */
  readonly notes: readonly TextNote[];
  /** The model's config. */
  readonly config: RecurrentConfig;
  /** Number of parameters. */
  readonly parameters: number;
  /** Description of the backend. */
  readonly backend: string;
  /** How messages call the processes that train together; missing for one alone. */
  readonly ranks?: readonly string[];
  /** The number of processes, and batch and learning rate before they were scaled with it; missing if they were not. */
  readonly scaled?: ScaledBatch;
  /** Peak memory of the run on the backend, in bytes: weights, gradients and work space. */
  readonly plannedBytes: number;
  /** Length of the training text, in tokens, after splitting and `maxTokens`. */
  readonly trainTokens: number;
  /** Fraction of unknown tokens in the validation text; null without one. */
  readonly validUnknownRate: number | null;
  /** Fraction of unknown tokens in the test text; null without one. */
  readonly testUnknownRate: number | null;
  /** Steps per epoch; approximate when block lengths vary. */
  readonly stepsPerEpoch: number;
  /** The checkpoint that the run resumes from; null for a new run. */
  readonly resumed: ResumedAt | null;
  /** The newest checkpoint of an unfinished run of the same request; it is deleted when this run completes. */
  readonly unfinished: { readonly file: string; readonly step: number } | null;
  /** The model file's name. */
  readonly out: string;
}

/** The position at which a run resumes. */
export interface ResumedAt {
  /** The checkpoint's name. */
  readonly file: string;
  /** The epoch, counted from 1. */
  readonly epoch: number;
  /** Steps taken before. */
  readonly step: number;
  /** Fraction of the epoch that is done, from 0 to 1. */
  readonly share: number;
}

/** Training loss of the epoch so far, in bits per byte and per character. */
type TrainBits = Pick<PerplexityBits, 'trainBitsPerByte' | 'trainBitsPerCharacter'>;

/** A training step, with bits per byte and character of the epoch so far. */
export type StepEvent = Extract<TrainEvent, { event: 'step' }> & TrainBits;

/** The end of an epoch, with its perplexities. */
export type EpochEvent = Extract<TrainEvent, { event: 'epoch' }> &
  PerplexityBits & {
    /** Whether the model file now holds this epoch's weights. */
    readonly saved: boolean;
    /** The epoch whose weights are kept. */
    readonly bestEpoch: number;
  };

/** A rollback after divergence. */
export type RollbackEvent = Extract<TrainEvent, { event: 'rollback' }>;

/** A run with a time budget changed its length, because the measured speed differs from the expected one. */
export interface ReplanEvent {
  readonly event: 'replan';
  /** The epoch, counted from 1. */
  readonly epoch: number;
  /** Steps taken so far. */
  readonly step: number;
  /** Time used so far, in seconds. */
  readonly seconds: number;
  /** The number of steps that was planned before. */
  readonly before: number;
  /** The number of steps of the whole run. */
  readonly steps: number;
  /** Speed since the plan was last checked, in tokens per second. */
  readonly tokensPerSecond: number;
  /** The complete recipe with the new length. */
  readonly recipe: Recipe;
}

/** A checkpoint was written. */
export interface CheckpointEvent {
  readonly event: 'checkpoint';
  /** The epoch, counted from 1. */
  readonly epoch: number;
  /** Steps taken so far. */
  readonly step: number;
  /** The checkpoint's name. */
  readonly file: string;
}

/** A problem that doesn't stop the run. */
export type WarningEvent = ArithmeticWarning | DamageWarning | SlowStepWarning | UnsavedWarning;

/** A step is expected to take long. Emitted before training. */
export interface SlowStepWarning {
  readonly event: 'warning';
  readonly reason: 'slow-step';
  /** Expected duration of a step, in seconds. */
  readonly seconds: number;
  /** N: the batch size. */
  readonly batch: number;
  /** T: the block length, in steps. */
  readonly time: number;
}

/** The run resumes on a backend with different floating-point results, so it won't match the original run bit for bit. */
export interface ArithmeticWarning {
  readonly event: 'warning';
  readonly reason: 'other-arithmetic';
  /** The checkpoint's name. */
  readonly file: string;
  /** The backend that wrote the checkpoint. */
  readonly before: string;
  /** The backend of this run. */
  readonly now: string;
}

/** A newer checkpoint is damaged; the run resumes from an older one. */
export interface DamageWarning {
  readonly event: 'warning';
  readonly reason: 'checkpoint-damaged';
  /** The error code. */
  readonly code: ErrorCode;
  /** The error message, which names the damaged file. */
  readonly message: string;
  /** The checkpoint that the run resumes from. */
  readonly file: string;
}

/** The store failed to write the model file or a checkpoint. The model file is written again at the end of the run. */
export interface UnsavedWarning {
  readonly event: 'warning';
  /** Which file could not be written. */
  readonly reason: 'model-not-saved' | 'checkpoint-not-saved';
  /** The error code. */
  readonly code: ErrorCode;
  /** The error message. */
  readonly message: string;
}

/** The last event of a run that was stopped by its signal. */
export interface InterruptedEvent {
  readonly event: 'interrupted';
  /** The current epoch, counted from 1. */
  readonly epoch: number;
  /** Steps taken so far. */
  readonly step: number;
  /** The model file's name. */
  readonly out: string;
  /** The step whose weights are in `out`; null when this run wrote none. */
  readonly savedStep: number | null;
  /** The checkpoint to resume from; null when this run wrote none. */
  readonly checkpoint: string | null;
}

/** The last event of a run that fails; the run then throws the reported error. */
export interface FailedEvent {
  readonly event: 'failed';
  /** The error code. */
  readonly code: ErrorCode;
  /** The error message. */
  readonly message: string;
  /** The model file's name. */
  readonly out: string;
  /** The epoch whose weights are in `out`; null when this run wrote none. */
  readonly savedEpoch: number | null;
}

/** The last event of a run that completes. */
export interface ResultEvent extends TrainBits {
  readonly event: 'result';
  /** The model file's name. */
  readonly out: string;
  /** Length of the model file, in bytes. */
  readonly bytes: number;
  /** Memory of the backend that was used, in bytes. */
  readonly memoryBytes: number;
  /** The epoch whose weights were saved. */
  readonly epoch: number;
  /** The step whose weights were saved. */
  readonly step: number;
  /** Training perplexity of that epoch; null when the run was stopped within it. */
  readonly trainPerplexity: number | null;
  /** Scores on the validation text; null without one. */
  readonly valid: Score | null;
  /** Scores on the test text; null without one. */
  readonly test: Score | null;
  /** A generated text of 40 tokens. */
  readonly sample: string;
  /** A frequent word of the text, for a prompt. */
  readonly promptWord: string;
  /** The complete recipe, with the length that the run had in the end. */
  readonly recipe: Recipe;
  /** The reasons for the automatic choices; empty without any. */
  readonly chosen: readonly Reason[];
}
