import { UnrolledError } from '../errors.ts';
import { Arena } from './arena.ts';
import type { Shape } from './shape.ts';
import type { NumberType, Tensor, TensorView } from './tensor.ts';

/** The blocks of a branch: what its parent gave, by their starts. */
type Blocks = Map<number, Tensor>;

/** Frees the blocks of branches that were garbage-collected: nothing can reach their tensors any more. */
const forgotten: FinalizationRegistry<{ readonly parent: Arena; readonly blocks: Blocks }> =
  new FinalizationRegistry(({ parent, blocks }) => freeAll(parent, blocks));

/**
 * An arena within another one, for blocks that are freed together: those of one model. Its tensors keep it alive; when the
 * engine has collected it with all of them, their memory is freed as by `end`.
 */
export class ArenaBranch extends Arena {
  readonly #parent: Arena;
  readonly #blocks: Blocks = new Map();
  #used = 0;

  constructor(parent: Arena) {
    super(parent.memory, parent.floatType);
    this.#parent = parent;
    forgotten.register(this, { parent, blocks: this.#blocks }, this);
  }

  override get closed(): UnrolledError | null {
    return super.closed ?? this.#parent.closed;
  }

  /** Bytes in use by this branch alone. */
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
      throw new UnrolledError('call-order', `Arena: nothing of this branch is allocated at byte ${at}.`);
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

  /** Frees all of its blocks; from then on each use of its tensors throws this error, reading too. */
  override close(error: UnrolledError): void {
    super.close(error);
    forgotten.unregister(this);
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
