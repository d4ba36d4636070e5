import type { Axis } from './axes.ts';
import type { Constant } from './constant.ts';

/** The operators of recurrent layers. */
export type RecurrentOperator = 'RNN' | 'LSTM' | 'GRU';

/** The weights of a recurrent node, as ONNX stores them. */
export interface RecurrentNode {
  readonly operator: RecurrentOperator;
  /** What messages call the node. */
  readonly label: string;
  /** RNN: whether its activation is Relu instead of Tanh. */
  readonly relu: boolean;
  /** GRU: whether the reset gate comes after the product. */
  readonly resetAfter: boolean;
  /** (1, G·H, D) */
  readonly W: Constant;
  /** (1, G·H, H) */
  readonly R: Constant;
  /** (1, 2·G·H): input biases, then recurrent ones; null for none. */
  readonly B: Constant | null;
}

/** What was computed of a language model, with what is below it. */
export type Stage = InputStage | EmbeddingStage | LayerStage | CellStateStage | LogitsStage;

/** An input of the model: ids, or an initial state. */
export interface InputStage {
  readonly of: 'input';
  readonly name: string;
  readonly isInteger: boolean;
}

export interface EmbeddingStage {
  readonly of: 'embedding';
  /** (V, D) */
  readonly table: Constant;
  /** The axis of D. */
  readonly width: Axis;
}

/** The hidden states of a recurrent layer. */
export interface LayerStage {
  readonly of: 'layer';
  readonly below: EmbeddingStage | LayerStage;
  readonly node: RecurrentNode;
  /** The axis of H. */
  readonly width: Axis;
  /** The axis along which the layer recurs. */
  readonly time: Axis;
}

/** The final c of an LSTM, which no other layer may read. */
interface CellStateStage {
  readonly of: 'cell state';
}

export interface LogitsStage {
  readonly of: 'logits';
  readonly below: LayerStage;
  /** (H, V) */
  readonly weight: Constant;
  /** (V); null before it is added. */
  readonly bias: Constant | null;
  /** The axis of V. */
  readonly width: Axis;
  /** The nodes behind the logits that the model does not need, such as Softmax. */
  readonly leftOut: readonly string[];
}
