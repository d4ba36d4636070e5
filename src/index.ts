/**
 * The library: backends, tokenizers, layers, models, training, generation and scoring.
 *
 * @module unrolled
 */

export {
  BetterRnnlm,
  LMState,
  likeliest,
  type ModelState,
  type Moment,
  type Note,
  type OwnTokenizer,
  type Place,
  Rnnlm,
  type Row,
  readableDecoder,
  SimpleRnnlm,
  StopText,
  scoresAfter,
  TextOut,
} from './api/deprecated.ts';
export { loadModel, type ModelSource } from './api/load-model.ts';
export { fineTune, type TrainTextOptions, trainText } from './api/train-text.ts';
export type {
  Activation,
  AdamStep,
  AdaptStep,
  Backend,
  Columns,
  GemmOptions,
  GRUBlock,
  GRUGradients,
  LossOutputs,
  LSTMBlock,
  LSTMGradients,
  MogrifierBlock,
  MogrifierGradients,
  MogrifierWeights,
  MomentumStep,
  ScanBlock,
  SquaresStep,
  Zoneout,
} from './backends/backend.ts';
export { type BackendName, backendNames } from './backends/names.ts';
export { type BackendOptions, openBackend } from './backends/open.ts';
export { type BlasAttempt, type BlasSearch, findBlas } from './backends/wasm/blas/search.ts';
export type { Batch, Batches, StreamState } from './data/batches/batches.ts';
export {
  ItemBatches,
  type ItemBatchesOptions,
  type ItemCorpus,
  type ItemOrder,
} from './data/batches/item-batches.ts';
export { type BlockLengths, StreamBatches, type StreamOptions } from './data/batches/stream-batches.ts';
export { Corpus, type ItemCodec } from './data/corpus.ts';
export type { ItemSplit } from './data/items/item-split.ts';
export type { ItemSplitter, SplitterOptions } from './data/items/item-splitter.ts';
export { itemSplitter, itemsOf } from './data/items/items-of.ts';
export { readableToken } from './data/readable-token.ts';
export type {
  DecodeOptions,
  EncodedText,
  EncodedToken,
  TextCodec,
} from './data/text-codec.ts';
export { requiredTextStart } from './data/text-start.ts';
export { promptOrLineStart } from './data/texts/line-end.ts';
export type { NormalForm } from './data/texts/normal-form.ts';
export { splitText } from './data/texts/split-text.ts';
export { loadBPE } from './data/tokenizers/bpe/from-json.ts';
export { BPETrainer, type BPETrainerOptions } from './data/tokenizers/bpe/train.ts';
export { readTokenizerJSON } from './data/tokenizers/hugging-face/read.ts';
export { writeTokenizerJSON } from './data/tokenizers/hugging-face/write.ts';
export { normalised } from './data/tokenizers/normalised.ts';
export { openTokenizer, tokenizerFromJSON } from './data/tokenizers/open.ts';
export type { CustomTokenizer } from './data/tokenizers/stored.ts';
export {
  sameTokenizer,
  type TokenDecoder,
  type Tokenizer,
  type TokenizerJSON,
  type TokenizerKind,
  type TokenSpan,
} from './data/tokenizers/tokenizer.ts';
export { Vocabulary, type VocabularyJSON, type VocabularyOptions } from './data/vocabulary/vocabulary.ts';
export type { Group, Numbers } from './distributed/group.ts';
export { type ErrorCode, errorCodes, UnrolledError } from './errors.ts';
export type { ReadOptions } from './formats/digest.ts';
export type { NamedArray } from './formats/named-array.ts';
export { readSafetensors, type Safetensors, writeSafetensors } from './formats/safetensors.ts';
export { type SamplingDefaults, samplingDefaults } from './generation/sampling/model-defaults.ts';
export { penalised, type RepetitionOptions } from './generation/sampling/repetition.ts';
export { mostLikely, probabilities, type SampleOptions, sample } from './generation/sampling/sample.ts';
export type { VocabularyRow } from './generation/sampling/softmax.ts';
export {
  type CompareOptions,
  type Comparison,
  ComparisonBuilder,
  compare,
  type DifferingToken,
} from './generation/scoring/compare.ts';
export type { Difference, Interval } from './generation/scoring/paired-blocks.ts';
export { type TokenRecord, type TotalsRecord, totalsRecord } from './generation/scoring/records.ts';
export {
  RecordEncoder,
  ScoreWriter,
  type ScoreWriterOptions,
} from './generation/scoring/rows/score-writer.ts';
export { score, scoreCompact } from './generation/scoring/score.ts';
export { scoreText, type TextScore, type TextToken } from './generation/scoring/score-text.ts';
export { ScoreTotals } from './generation/scoring/score-totals.ts';
export type {
  CompactLine,
  ScoredLine,
  ScoredToken,
  ScoreOptions,
} from './generation/scoring/scored-line.ts';
export type { Alternative, TokenScore } from './generation/scoring/target-scorer.ts';
export { type ScoredWord, WordGrouper } from './generation/scoring/word-grouper.ts';
export type { Suggestion, Suggestions } from './generation/suggestions/next-tokens.ts';
export { Suggester } from './generation/suggestions/suggest.ts';
export { type Neighbour, TokenVectors } from './generation/vectors/token-vectors.ts';
export { longestVerbatim, type Span } from './generation/verbatim/longest-run.ts';
export { VerbatimSearch, verbatimRuns } from './generation/verbatim/verbatim-runs.ts';
export { type BeamOptions, beamSearch, type Continuation } from './generation/writing/beam.ts';
export { type GenerateOptions, generate, generateBatch } from './generation/writing/generate.ts';
export { type GenerateTextOptions, generateText } from './generation/writing/generate-text.ts';
export { type HealedPrompt, healPrompt, type ReadPrefix } from './generation/writing/heal.ts';
export { logitsAfter } from './generation/writing/read-ids.ts';
export { StopStrings } from './generation/writing/stop-strings.ts';
export { TextStreamer } from './generation/writing/text-streamer.ts';
export {
  chooseNext,
  type NextTokenOptions,
  type TokenLogprobs,
  Writer,
  type WriterOptions,
  writeNext,
} from './generation/writing/writer.ts';
export type { PlacedBatch } from './layers/block-placer.ts';
export { CIFG } from './layers/cells/cifg.ts';
export { GRU } from './layers/cells/gru.ts';
export { LSTM } from './layers/cells/lstm.ts';
export { MinGRU } from './layers/cells/mingru.ts';
export { MinLSTM } from './layers/cells/minlstm.ts';
export { MogrifierLSTM } from './layers/cells/mogrifier-lstm.ts';
export { RNN } from './layers/cells/rnn.ts';
export { initByFanIn, initNormal } from './layers/init.ts';
export { createParam, type Layer, type Param, type RecurrentLayer } from './layers/layer.ts';
export { ActivationPenalty } from './layers/regularisation/activation-penalty.ts';
export { EmbeddingDropout } from './layers/regularisation/embedding-dropout.ts';
export { TemporalPenalty } from './layers/regularisation/temporal-penalty.ts';
export { WeightDrop } from './layers/regularisation/weight-drop.ts';
export type { ModulationParams } from './layers/steps/mogrifier-steps.ts';
export { type AffineOptions, TimeAffine } from './layers/time/affine.ts';
export { TimeAffineWithLoss } from './layers/time/affine-with-loss.ts';
export type { Candidates } from './layers/time/candidates.ts';
export { TimeCIFG } from './layers/time/cifg.ts';
export { TimeDropout, type TimeDropoutOptions } from './layers/time/dropout.ts';
export { type EmbeddingOptions, TimeEmbedding } from './layers/time/embedding.ts';
export { TimeGRU } from './layers/time/gru.ts';
export { TimeLSTM } from './layers/time/lstm.ts';
export { TimeMinGRU } from './layers/time/mingru.ts';
export { TimeMinLSTM } from './layers/time/minlstm.ts';
export { TimeMogrifierLSTM } from './layers/time/mogrifier-lstm.ts';
export { type RecurrentOptions, TimeRNN, type TimeRNNOptions } from './layers/time/rnn.ts';
export { SampledAffineWithLoss, type SampledLossOptions } from './layers/time/sampled-affine-with-loss.ts';
export { type BlockLoss, type LossOptions, TimeSoftmaxWithLoss } from './layers/time/softmax-with-loss.ts';
export type { ZoneoutOptions } from './layers/time/state/zoneout.ts';
export type { Cell } from './models/cells.ts';
export type { RecurrentConfig } from './models/config.ts';
export { configs, type PresetSizes } from './models/configs.ts';
export { type EmbeddingInitOptions, initEmbedding } from './models/initial/embedding.ts';
export { initOutputBias } from './models/initial/output-bias.ts';
export {
  type InputGradients,
  inputGradients,
  rowNorms,
} from './models/inspection/input-gradients.ts';
export {
  type GradientOptions,
  type LayerGradients,
  type LossGradients,
  lossGradients,
} from './models/inspection/loss-gradients.ts';
export type { LayerTrace, TraceOptions, TraceWindow } from './models/inspection/trace.ts';
export {
  type Json,
  type ModelContents,
  type ModelFileOptions,
  readModelFile,
  SavedModel,
  saveModelFile,
  type TextModel,
  writeModelFile,
} from './models/model-file.ts';
export type { InitOptions, ModelOptions, SampledSoftmaxOptions } from './models/model-options.ts';
export { type BlockForward, type Draw, type Ranking, RecurrentLM } from './models/recurrent-lm.ts';
export type { Regularisation } from './models/regularisation.ts';
export { type LayerState, State } from './models/state/state.ts';
export type { StateNumbers } from './models/state/state-file.ts';
export type { StateValues } from './models/state/state-values.ts';
export { checkWeights, readWeights, saveWeights, writeWeights } from './models/weights.ts';
export { presets } from './recipe/presets.ts';
export type { Recipe } from './recipe/recipe.ts';
export type { RunEvent } from './recipe/run/events.ts';
export type { Store } from './recipe/store.ts';
export type { SourceText } from './recipe/text/training-data.ts';
export type { TextInput, TrainedModel } from './recipe/train-text.ts';
export { Arena, type Memory } from './tensor/arena.ts';
export type { Mask } from './tensor/mask.ts';
export { MaskSource, type MaskState, type MaskStream } from './tensor/mask-source.ts';
export { Random } from './tensor/random.ts';
export { numbersOf, type Reads, runSync, type TensorReader } from './tensor/reads.ts';
export type { Shape } from './tensor/shape.ts';
export { type NumberType, type Order, Tensor, type TensorView } from './tensor/tensor.ts';
export type { CacheOptions } from './training/adaptation/continuous-cache.ts';
export type { DynamicOptions } from './training/adaptation/dynamic-evaluation.ts';
export { type FitOptions, fitAdaptation, type Trial } from './training/adaptation/fit-adaptation.ts';
export {
  type GradientStatistics,
  gradientStatistics,
  type StatisticsOptions,
} from './training/adaptation/gradient-statistics.ts';
export { EMA, type EMAOptions } from './training/averages/ema.ts';
export { NTASGD, type NTASGDOptions } from './training/averages/nt-asgd.ts';
export { WeightAverage } from './training/averages/weight-average.ts';
export { GradientClipper } from './training/clip.ts';
export {
  type EvaluateOptions,
  type Evaluation,
  evaluate,
  tokenLosses,
} from './training/evaluation/evaluate.ts';
export { shuffledItems } from './training/item-order.ts';
export {
  bigramPerplexity,
  countNgrams,
  type NgramCounts,
  unigramPerplexity,
} from './training/ngram/ngram.ts';
export { AdaGrad, type AdaGradOptions } from './training/optimizers/adagrad.ts';
export { Adam, type AdamOptions, AdamW } from './training/optimizers/adam.ts';
export { Momentum, type MomentumOptions, Nesterov } from './training/optimizers/momentum.ts';
export { Muon, type MuonOptions } from './training/optimizers/muon.ts';
export type { Optimizer } from './training/optimizers/optimizer.ts';
export { RMSprop, type RMSpropOptions } from './training/optimizers/rmsprop.ts';
export { SGD, type SGDOptions } from './training/optimizers/sgd.ts';
export { type PlanBytesOptions, planBytes } from './training/plan-bytes.ts';
export { RandomLengths } from './training/random-lengths.ts';
export { type CosineOptions, cosine, type OneCycleOptions, oneCycle } from './training/schedules/cosine.ts';
export {
  constant,
  type DecayAfterOptions,
  decayAfter,
  type StepDecayOptions,
  stepDecay,
} from './training/schedules/decay.ts';
export { Plateau, type PlateauOptions } from './training/schedules/plateau.ts';
export type { Schedule, SchedulePoint } from './training/schedules/schedule.ts';
export { warmUp } from './training/schedules/warm-up.ts';
export { type PackedState, packState, unpackState } from './training/state/packed-state.ts';
export type { SavedNumbers, SavedState } from './training/state/saved-state.ts';
export type { Anchor, TrainingState } from './training/state/training-state.ts';
export { type CheckpointTimes, type TrainEvent, type TrainOptions, train } from './training/train.ts';
export { nextTurn } from './yield-timer.ts';
