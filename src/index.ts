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
  Backend,
  Columns,
  GemmOptions,
  GRUBlock,
  GRUGradients,
  LossOutputs,
  LSTMBlock,
  LSTMGradients,
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
