import { UnrolledError } from '../../../errors.ts';
import { damaged } from '../../../formats/damaged.ts';
import type { AttributeProto, NodeProto, TensorProto } from '../messages.ts';
import type { Budget } from './budget.ts';
import type { Value } from './values/values.ts';

/** What all calls of a graph share. */
export interface CallContext {
  /** The beginning of error messages. */
  readonly where: string;
  /** The version of the standard operators. */
  readonly opset: number;
  /** Limits the memory of constants that nodes make. */
  readonly budget: Budget;
}

/** A node with what is known of its inputs. */
export class Call {
  readonly context: CallContext;
  readonly operator: string;
  /** What messages call the node. */
  readonly label: string;
  /** Undefined for an optional input that is absent. */
  readonly inputs: readonly (Value | undefined)[];
  /** The name of each output; empty if nothing reads it. */
  readonly outputs: readonly string[];
  readonly #attributes: ReadonlyMap<string, AttributeProto>;

  constructor(node: NodeProto, inputs: readonly (Value | undefined)[], context: CallContext) {
    this.context = context;
    this.operator = operatorOf(node);
    this.label = labelOf(node);
    this.inputs = inputs;
    this.outputs = node.output ?? [];
    this.#attributes = new Map((node.attribute ?? []).map((attribute) => [attribute.name ?? '', attribute]));
  }

  has(name: string): boolean {
    return this.#attributes.has(name);
  }

  int(name: string, otherwise: number): number {
    const attribute = this.#attributes.get(name);
    return attribute === undefined ? otherwise : (attribute.i ?? 0);
  }

  float(name: string, otherwise: number): number {
    const attribute = this.#attributes.get(name);
    return attribute === undefined ? otherwise : (attribute.f ?? 0);
  }

  ints(name: string): readonly number[] | undefined {
    const attribute = this.#attributes.get(name);
    return attribute && Array.from(attribute.ints ?? []);
  }

  string(name: string, otherwise: string): string {
    const bytes = this.#attributes.get(name)?.s;
    return bytes ? new TextDecoder('latin1').decode(new Uint8Array(bytes)) : otherwise;
  }

  strings(name: string): readonly string[] | undefined {
    const values = this.#attributes.get(name)?.strings;
    return values?.map((bytes) => new TextDecoder('latin1').decode(new Uint8Array(bytes)));
  }

  tensor(name: string): TensorProto | undefined {
    return this.#attributes.get(name)?.t;
  }

  /** An axis counted from 0; negative ones count from the end. */
  axis(axis: number, rank: number): number {
    if (Number.isInteger(axis) && axis >= -rank && axis < rank) return axis < 0 ? axis + rank : axis;
    throw this.damaged(`has the axis ${axis}`, `it must be one of the ${rank} axes`);
  }

  /** The error for a valid node that has no equal in a model. */
  refused(what: string, needs: string): UnrolledError {
    return new UnrolledError(
      'file-foreign',
      `${this.context.where}: ${this.label} ${what}; ${needs}. Export a model of embedding, recurrent layers and output layer.`,
    );
  }

  /** The error for a node that violates the format. */
  damaged(what: string, needs: string): UnrolledError {
    return damaged(this.context.where, `${this.label} ${what}`, needs);
  }
}

/** The operator of a node, with its domain unless that is the standard one. */
export function operatorOf({ opType = '', domain = '' }: NodeProto): string {
  return domain === '' || domain === 'ai.onnx' ? opType : `${domain}.${opType}`;
}

/** `LSTM "/rnn/LSTM"`; a node without a name has that of its first output. */
export function labelOf(node: NodeProto): string {
  const name = node.name || node.output?.find((output) => output !== '') || '';
  return `${operatorOf(node).slice(0, 60)} ${JSON.stringify(name.slice(0, 80))}`;
}
