import type { FloatArray } from '../../network/float-array.ts';
import {
  type AttributeProto,
  attributeTypes,
  dataTypes,
  type GraphProto,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from '../messages.ts';

/** Attributes of a node by name: integers, strings, or the body of a loop. */
type Attributes = Readonly<Record<string, number | readonly string[] | GraphProto>>;

const utf8 = new TextEncoder();

/** Builds a graph node by node. Values have names; a node that computes one is added after those that it reads. */
export class GraphBuilder {
  readonly #prefix: string;
  readonly #nodes: NodeProto[];
  readonly #initializers: Map<string, TensorProto>;
  /** The graph around this one, if it is the body of a loop. */
  readonly outer: GraphBuilder | null;

  private constructor(
    prefix: string,
    nodes: NodeProto[],
    initializers: Map<string, TensorProto>,
    outer: GraphBuilder | null,
  ) {
    this.#prefix = prefix;
    this.#nodes = nodes;
    this.#initializers = initializers;
    this.outer = outer;
  }

  /** An empty graph. */
  static create(): GraphBuilder {
    return new GraphBuilder('', [], new Map(), null);
  }

  /** The same graph, with a prefix before the names of new values. */
  within(prefix: string): GraphBuilder {
    return new GraphBuilder(prefix, this.#nodes, this.#initializers, this.outer);
  }

  /** A graph for the body of a loop. It may read all values of this one, which also keeps its initializers. */
  body(): GraphBuilder {
    return new GraphBuilder(this.#prefix, [], this.#initializers, this);
  }

  /** The name that a value gets. */
  nameOf(value: string): string {
    return `${this.#prefix}${value}`;
  }

  /** Adds a node with one output; returns the output's full name. An empty input is an optional one that is left out. */
  add(opType: string, output: string, inputs: readonly string[], attributes: Attributes = {}): string {
    return this.addMany(opType, [output], inputs, attributes)[0];
  }

  /** Adds a node with several outputs; returns their full names. An empty output is one that is left out. */
  addMany(
    opType: string,
    outputs: readonly string[],
    input: readonly string[],
    attributes: Attributes = {},
  ): readonly string[] {
    const output = outputs.map((name) => name && this.nameOf(name));
    const attribute = Object.entries(attributes).map(attributeOf);
    this.#nodes.push({ name: `${output.find((name) => name)}:${opType}`, opType, input, output, attribute });
    return output;
  }

  /** Adds weights in float32; returns their full name. Their memory is used, not copied. */
  weights(name: string, { shape, data }: FloatArray): string {
    return this.#initializer(this.nameOf(name), dataTypes.float, shape, data);
  }

  /** Adds a list of integers, such as axes; returns its name. */
  integers(...values: readonly number[]): string {
    const data = BigInt64Array.from(values, BigInt);
    return this.#initializer(`[${values}]`, dataTypes.int64, [values.length], data);
  }

  /** Adds a number; returns its name. */
  number(value: number): string {
    return this.#initializer(String(value), dataTypes.float, [], Float32Array.of(value));
  }

  /** The graph of the nodes so far. */
  build(name: string, input: readonly ValueInfoProto[], output: readonly ValueInfoProto[]): GraphProto {
    const initializer = this.outer === null ? [...this.#initializers.values()] : [];
    return { node: this.#nodes, name, initializer, input, output };
  }

  #initializer(
    name: string,
    dataType: number,
    dims: readonly number[],
    { buffer, byteOffset, byteLength }: ArrayBufferView,
  ): string {
    const rawData = new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
    this.#initializers.set(name, { dims, dataType, name, rawData });
    return name;
  }
}

function attributeOf([name, value]: readonly [string, Attributes[string]]): AttributeProto {
  if (typeof value === 'number') return { name, i: value, type: attributeTypes.int };
  if ('node' in value || !Array.isArray(value)) {
    return { name, g: value as GraphProto, type: attributeTypes.graph };
  }
  return { name, strings: value.map((text) => utf8.encode(text)), type: attributeTypes.strings };
}

/** The declaration of a float32 value: sizes, or names of dynamic ones. */
export function floats(name: string, dims: readonly (number | string)[]): ValueInfoProto {
  return value(name, dataTypes.float, dims);
}

/** The same of an int64 value. */
export function integers(name: string, dims: readonly (number | string)[]): ValueInfoProto {
  return value(name, dataTypes.int64, dims);
}

function value(name: string, elemType: number, dims: readonly (number | string)[]): ValueInfoProto {
  const dim = dims.map((size) => (typeof size === 'string' ? { dimParam: size } : { dimValue: size }));
  return { name, type: { tensorType: { elemType, shape: { dim } } } };
}
