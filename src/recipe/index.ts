/**
 * Training as the command line does it: settings, automatic choice of sizes and epochs, plans, runs with checkpoints in
 * a store. Free of Node: the caller passes a function that opens a backend, and a store.
 *
 * @module unrolled/recipe
 */

export { type NameOf, OptionError } from '../errors.ts';
export { automatic } from './automatic/automatic-recipe.ts';
export { candidateSizes, type ModelSize } from './automatic/candidate-sizes.ts';
export type { Budget, SpeedOf } from './automatic/choose.ts';
export type { LengthReason, Reason, WidthReason } from './automatic/reasons.ts';
export {
  MINUTES,
  type OpenBackend,
  type ResolvedRecipe,
  resolveRecipe,
  speedOn,
} from './automatic/resolve-recipe.ts';
export { type TrainRequest, trainRequest } from './automatic/train-request.ts';
export { defaultRecipe, learningDefaults } from './default-recipe.ts';
export { type Plan, type PlanOptions, planTraining } from './plan.ts';
export { presets } from './presets.ts';
export { checkRecipe, readRecipe } from './read-recipe.ts';
export {
  type AverageName,
  averageNames,
  type DivergenceName,
  divergenceNames,
  type MachineSettings,
  type ModelSettings,
  type OptimizerName,
  optimizerNames,
  type Recipe,
  type ScheduleName,
  scheduleNames,
  type TextSettings,
  type TrainingSettings,
} from './recipe.ts';
export { latestCheckpoint, readResumed } from './run/checkpoints.ts';
export type {
  ArithmeticWarning,
  CheckpointEvent,
  DamageWarning,
  EpochEvent,
  FailedEvent,
  InterruptedEvent,
  ReplanEvent,
  ResultEvent,
  ResumedAt,
  RollbackEvent,
  RunEvent,
  StartEvent,
  StepEvent,
  UnsavedWarning,
  WarningEvent,
} from './run/events.ts';
export { type Resumed, readCheckpoint } from './run/read-checkpoint.ts';
export { CHECKPOINT_TIMES, KEEP, type RunOptions, runTraining } from './run/run.ts';
export { readStart, type Start } from './run/start-weights.ts';
export { UnfinishedRunError } from './run/unfinished/claim.ts';
export type { Feeds, FlagText, Setting, Table } from './settings/setting.ts';
export { parseSetting, settings } from './settings/settings.ts';
export { MemoryStore, type Store, type Unlock } from './store.ts';
export { type SourceFileOptions, sourceFile } from './text/source-file.ts';
export { sourceText } from './text/source-text.ts';
export type { CorpusInfo, FileInfo, SourceText, Texts, TrainingData } from './text/training-data.ts';
export {
  fineTune,
  type TextInput,
  TrainedModel,
  type TrainTextOptions,
  trainText,
} from './train-text.ts';
