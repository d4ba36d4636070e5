import type { Backend } from '../../backends/backend.ts';
import { UnrolledError } from '../../errors.ts';
import { checkRate, optionsOf, wrongKind } from '../../kinds.ts';
import type { Param } from '../../layers/layer.ts';
import type { Arena } from '../../tensor/arena.ts';
import { checkUsableParams } from '../../tensor/memory-checks.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { Workspace } from '../../tensor/workspace.ts';
import { type SavedState, savedNumber, savedParts } from '../state/saved-state.ts';
import { MomentOptimizer, type UpdateRule } from './moment-optimizer.ts';
import type { Optimizer } from './optimizer.ts';

/** Options of `Muon`. */
export interface MuonOptions {
  /** Updates the parameters other than the matrices of recurrent layers. Its rate follows that of `Muon`, in the ratio of the start. */
  others: Optimizer;
  /** Learning rate of the matrices. Default 0.02, as in Jordan et al. 2024. */
  lr?: number;
  /** Decay of the momentum. Default 0.95, as in Jordan et al. 2024. */
  momentum?: number;
  /** Decoupled weight decay of the matrices. Default 0. */
  weightDecay?: number;
}

/**
 * Muon (Jordan et al. 2024): Nesterov momentum whose update is orthogonalised, for the matrices of recurrent layers, such as Wx and Wh;
 * another optimizer updates all other parameters. With v initially 0, for each gate's block of a matrix,
 * v ← momentum·v + dW, u = dW + momentum·v and W ← W − lr·weightDecay·W − lr·√max(1, H/rows)·NS(u), where NS
 * is `backend.orthogonalise`: all singular values become about 1.
 *
 * The blocks of the gates (rows, H) are matrices of their own: orthogonalised together, a gate with small gradients
 * would get a small share of the update. The size of an update doesn't depend on that of the gradient. Clipping the global
 * gradient norm before it therefore changes only the weight of a step within the momentum.
 *
 * Memory: one tensor per matrix; of the largest matrix five times its size at most as work space; and the memory of the other
 * optimizer.
 */
export class Muon implements Optimizer {
  /** The name that checkpoints record. */
  readonly name = 'muon';
  readonly #backend: Backend;
  readonly #matrices: OrthogonalMomentum;
  readonly #others: Optimizer;
  /** The rate of the other optimizer, divided by this one's. */
  #ratio: number;

  /**
   * @throws {UnrolledError} `option-value` when lr is not positive, momentum is not in [0, 1), weightDecay is negative, or `others` is
   * not an optimizer; `option-conflict` when it is another Muon
   */
  constructor(backend: Backend, options: MuonOptions) {
    const { others, ...rest } = optionsOf('Muon', options, 'Pass { others: new SGD(backend, { lr: 30 }) }.');
    if (typeof others?.update !== 'function') {
      throw wrongKind('Muon', 'others', others, 'an Optimizer', 'Pass new Adam(backend).');
    }
    if (others.name === this.name) {
      throw new UnrolledError(
        'option-conflict',
        'Muon: others is a Muon; it needs another optimizer. Pass new Adam(backend).',
      );
    }
    this.#backend = backend;
    this.#matrices = new OrthogonalMomentum(backend, rest);
    this.#others = others;
    this.#ratio = others.lr / this.#matrices.lr;
  }

  /** The learning rate of the next update of the matrices; that of the others has a constant ratio to it. */
  get lr(): number {
    return this.#matrices.lr;
  }

  set lr(lr: number) {
    this.#matrices.lr = lr;
  }

  /**
   * Updates the parameters from their gradients: those with `gates` by Muon, all others by the other optimizer.
   * @throws {UnrolledError} `option-conflict` when the parameters belong to another backend or model, `checkpoint-foreign` when
   * the restored momentum doesn't fit them
   */
  update(params: readonly Param[]): void {
    checkUsableParams('Muon', this.#backend.arena, params);
    this.#matrices.update(params.filter(({ gates }) => gates !== undefined));
    this.#others.lr = this.lr * this.#ratio;
    this.#others.update(params.filter(({ gates }) => gates === undefined));
  }

  /** Copies the momentum, the learning rate and the state of the other optimizer. */
  async save(): Promise<SavedState> {
    const [own, others] = await Promise.all([this.#matrices.save(), this.#others.save()]);
    const numbers = Object.entries(others.numbers).map(([name, value]) => [`${OTHERS}${name}`, value]);
    return {
      tensors: new Map([...own.tensors, ...others.tensors]),
      numbers: { ...own.numbers, ratio: this.#ratio, ...Object.fromEntries(numbers) },
    };
  }

  /**
   * Restores a state that `save` returned, bit for bit.
   * @throws {UnrolledError} `checkpoint-foreign` when another kind of optimizer saved it, `option-value` when it is no saved state
   */
  restore(state: SavedState): void {
    const { tensors, numbers } = savedParts('Muon', state);
    const ofOthers = Object.entries(numbers).flatMap(([name, value]) =>
      name.startsWith(OTHERS) ? [[name.slice(OTHERS.length), value]] : [],
    );
    this.#matrices.restore(state);
    this.#ratio = savedNumber('Muon', numbers, 'ratio');
    this.#others.restore({ tensors, numbers: Object.fromEntries(ofOthers) });
  }
}

/** Begins the names of the other optimizer's numbers in a saved state. */
const OTHERS = 'others.';

/** Muon's update of matrices. Its moments are named `momentum`, unlike those of other optimizers, which share a checkpoint. */
class OrthogonalMomentum extends MomentOptimizer {
  readonly #momentum: number;
  #space: { readonly arena: Arena; readonly workspace: Workspace } | null = null;

  constructor(backend: Backend, options: Omit<MuonOptions, 'others'>) {
    const { lr = 0.02, momentum = 0.95, weightDecay = 0 } = options;
    super('Muon', backend, { lr, weightDecay, moments: ['momentum'] });
    checkRate('Muon', { momentum }, 0.95);
    this.#momentum = momentum;
  }

  protected updateRule(): UpdateRule {
    return ({ value, grad, gates = 1 }, [v]) => {
      const space = this.#spaceIn(value.arena as Arena);
      const [rows, columns] = value.shape;
      const update = space.tensor('update', value.shape);
      this.#nesterov(update, v, grad);
      const H = columns / gates;
      const blockSpace = 2 * rows * H + 2 * Math.min(rows, H) ** 2;
      this.backend.orthogonalise(update, gates, space.tensor('blocks', [gates, blockSpace]));
      if (this.weightDecay > 0) this.backend.scale(value, 1 - this.lr * this.weightDecay);
      this.backend.addScaled(value, -this.lr * Math.sqrt(Math.max(1, H / rows)), update);
    };
  }

  /** v = momentum·v + g, update = g + momentum·v. */
  #nesterov(update: Tensor, v: Tensor, grad: Tensor): void {
    const momentum = this.#momentum;
    this.backend.fill(update, 0);
    this.backend.momentumStep(update, v, grad, {
      decay: 0,
      momentum,
      gradientRate: -1,
      velocityRate: -momentum,
    });
  }

  /** Work space in the arena of the model, which is freed with it. */
  #spaceIn(arena: Arena): Workspace {
    if (this.#space?.arena !== arena) this.#space = { arena, workspace: new Workspace(arena) };
    return this.#space.workspace;
  }
}
