import { UnrolledError } from '../errors.ts';
import { Arena } from './arena.ts';
import type { Shape } from './shape.ts';
import type { NumberType, Tensor, TensorView } from './tensor.ts';

/** The blocks that a branch allocated from its parent, by start position in bytes. */
type Blocks = Map<number, Tensor>;

/** Frees the blocks of branches that were garbage-collected. */
const collected: FinalizationRegistry<{ readonly parent: Arena; readonly blocks: Blocks }> =
  new FinalizationRegistry(({ parent, blocks }) => freeAll(parent, blocks));

/**
 * A sub-arena whose blocks are freed together, such as those of one model. Its tensors keep it alive. When it is
 * garbage-collected together with its tensors, their memory is freed as by `close`.
 */
export class ArenaBranch extends Arena {
  readonly #parent: Arena;
  readonly #blocks: Blocks = new Map();
  #used = 0;

  constructor(parent: Arena) {
    super(parent.memory, parent.floatType);
    this.#parent = parent;
    collected.register(this, { parent, blocks: this.#blocks }, this);
  }

  override get closed(): UnrolledError | null {
    return super.closed ?? this.#parent.closed;
  }

  /** Bytes in use by this branch only. */
  override get bytesUsed(): number {
    return this.#used;
  }

  override get bytesPeak(): number {
    return this.#parent.bytesPeak;
  }

  override get bytesSpanned(): number {
    return this.#parent.bytesSpanned;
  }

  override tensor(shape: Shape, type: NumberType = this.floatType): Tensor {
    return this.#take(() => this.#parent.tensor(shape, type));
  }

  override sequence(shape: Shape, type: NumberType = this.floatType): Tensor {
    return this.#take(() => this.#parent.sequence(shape, type));
  }

  override release(tensor: Tensor): void {
    this.check();
    const block = this.#blocks.get(tensor.byteOffset);
    if (!block) {
      const at = tensor.byteOffset;
      throw new UnrolledError(
        'call-order',
        `Arena: this branch has no block at byte ${at}. Release a tensor once, in its own arena.`,
      );
    }
    this.#blocks.delete(tensor.byteOffset);
    const before = this.#parent.bytesUsed;
    this.#parent.release(block);
    this.#used -= before - this.#parent.bytesUsed;
  }

  override view(type: NumberType, byteOffset: number, length: number): TensorView {
    if (super.closed) this.check();
    return this.#parent.view(type, byteOffset, length);
  }

  /** Frees all blocks. After this, any use of its tensors, including reading, throws `error`. */
  override close(error: UnrolledError): void {
    super.close(error);
    collected.unregister(this);
    freeAll(this.#parent, this.#blocks);
    this.#used = 0;
  }

  #take(allocate: () => Tensor): Tensor {
    this.check();
    const before = this.#parent.bytesUsed;
    const block = allocate();
    this.#blocks.set(block.byteOffset, block);
    this.#used += this.#parent.bytesUsed - before;
    return block.of(this);
  }
}

function freeAll(parent: Arena, blocks: Blocks): void {
  for (const block of blocks.values()) parent.release(block);
  blocks.clear();
}
