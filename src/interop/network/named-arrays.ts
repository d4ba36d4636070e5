import type { LeftOut } from '../importer.ts';
import type { FloatArray } from './float-array.ts';

/** What a file of arrays with names holds, such as a PyTorch file or safetensors, before the names are understood. */
export interface NamedArrays {
  /**
   * The arrays by name, in the order of the file. Half precision is widened to float32. Two names of the same memory, as of tied
   * weights, have the same object.
   */
  readonly arrays: ReadonlyMap<string, FloatArray>;
  /** The modules of a file that holds objects instead of a state dict, by name; `''` is the outermost. Empty for a state dict. */
  readonly modules: ReadonlyMap<string, ModuleFacts>;
  /** What is in the file and no array of floating-point numbers. */
  readonly leftOut: readonly LeftOut[];
}

/** What a stored module says of itself. */
export interface ModuleFacts {
  /** Its class with its Python module, such as `torch.nn.modules.rnn.LSTM`. */
  readonly type: string;
  /** Its attributes that are a number, string or boolean, such as `nonlinearity` or `bidirectional`. */
  readonly attributes: ReadonlyMap<string, string | number | boolean>;
}
