import type { FloatArray } from '../../network/float-array.ts';
import {
  type AttributeProto,
  attributeTypes,
  dataTypes,
  type Dimension,
  type GraphProto,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from '../messages.ts';

/** The value of an attribute: an integer, a text, a list of either, or the body of a loop. */
export type Attribute = number | string | readonly number[] | readonly string[] | GraphProto;

const utf8 = new TextEncoder();

/** Builds a graph node by node. The results of a node are named after it. */
export class GraphBuilder {
  readonly #name: string;
  readonly #nodes: NodeProto[] = [];
  readonly #initializers: Map<string, TensorProto> = new Map();

  /** @param name of the graph; in the body of a loop it begins the names of values, which must differ from those outside */
  constructor(name: string) {
    this.#name = name;
  }

  /** Adds a node with one output; returns the output's name. @param name of the node and its output */
  add(opType: string, name: string, inputs: readonly string[], attributes: Attributes = {}): string {
    return this.addMany(opType, [name], inputs, attributes)[0];
  }

  /** Adds a node with several outputs; returns their names. An empty name is an output that is not used. */
  addMany(
    opType: string,
    outputs: readonly string[],
    inputs: readonly string[],
    attributes: Attributes = {},
  ): readonly string[] {
    const name = outputs.find((output) => output !== '') ?? opType;
    const attribute = Object.entries(attributes).map(attributeOf);
    this.#nodes.push({ name: `${name}:${opType}`, opType, input: inputs, output: outputs, attribute });
    return outputs;
  }

  /** Adds weights; returns their name. An array of float64 is rounded to float32. */
  weights(name: string, { shape, data }: FloatArray): string {
    const float32 = data instanceof Float32Array ? data : Float32Array.from(data);
    return this.#initializer(name, dataTypes.float, shape, float32);
  }

  /** Adds a list of integers, such as axes; returns its name. */
  integers(...values: readonly number[]): string {
    const name = `int64[${values}]`;
    return this.#initializer(name, dataTypes.int64, [values.length], BigInt64Array.from(values, BigInt));
  }

  /** Adds a number; returns its name. */
  number(value: number): string {
    return this.#initializer(`float(${value})`, dataTypes.float, [], Float32Array.of(value));
  }

  /** The graph of all nodes so far. */
  build(input: readonly ValueInfoProto[], output: readonly ValueInfoProto[]): GraphProto {
    return {
      name: this.#name,
      node: this.#nodes,
      initializer: [...this.#initializers.values()],
      input,
      output,
    };
  }

  #initializer(
    name: string,
    dataType: number,
    dims: readonly number[],
    { buffer, byteOffset, byteLength }: ArrayBufferView,
  ): string {
    const rawData = new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
    this.#initializers.set(name, { name, dataType, dims, rawData });
    return name;
  }
}
