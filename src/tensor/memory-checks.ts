import { UnrolledError } from '../errors.ts';
import { wrongKind } from '../kinds.ts';
import type { Arena } from './arena.ts';
import { formatShape } from './shape.ts';
import { type NumberSource, Tensor } from './tensor.ts';

/**
 * Checks that a tensor can be computed with: it is in this backend's memory, its model is not disposed and its backend
 * not closed. In another memory, the same position would hold other numbers.
 * @param what the tensor's name in the error. Default: its shape
 */
export function checkUsable(where: string, arena: NumberSource, x: Tensor, what?: string): void {
  if (x?.arena?.memory !== arena.memory) checkSameMemory(where, arena, x, what);
  if (x.arena.closed !== null) x.arena.check();
}

/** Checks the memory only: values of a closed backend can still be read. */
export function checkSameMemory(where: string, { memory }: NumberSource, x: Tensor, what?: string): void {
  if (x?.arena?.memory === memory) return;
  if (!(x instanceof Tensor))
    throw wrongKind(where, what ?? 'a tensor', x, 'a Tensor', 'Make it with arena.tensor().');
  throw new UnrolledError(
    'option-conflict',
    `${where}: ${what ?? `a tensor ${formatShape(x.shape)}`} is in the memory of another backend; ` +
      `all tensors must be on one backend. Use the same backend for both.`,
  );
}

/** `checkUsable` for each tensor, including those nested in objects. Other values pass. */
export function checkAllUsable(where: string, arena: NumberSource, ...given: readonly unknown[]): void {
  for (const one of given) {
    if (one instanceof Tensor) checkUsable(where, arena, one);
    else if (typeof one === 'object' && one !== null) checkAllUsable(where, arena, ...Object.values(one));
  }
}

/** `checkUsable` for the values of parameters. Gradients are in the same memory as values. */
export function checkUsableParams(
  where: string,
  arena: NumberSource,
  params: Iterable<{ readonly name: string; readonly value: Tensor }>,
): void {
  if (typeof params?.[Symbol.iterator] !== 'function') {
    throw wrongKind(where, 'params', params, 'a list of Params', 'Pass model.params.');
  }
  for (const param of params) {
    if (param?.value?.arena) checkUsable(where, arena, param.value, param.name);
    else throw wrongKind(where, 'a parameter', param, 'a Param', 'Make it with createParam().');
  }
}

/** The arena of a backend. Throws if `backend` is not an opened backend, such as a promise of one. */
export function arenaOf(where: string, backend: { readonly arena: Arena }): Arena {
  const { arena } = Object(backend);
  if (typeof arena?.tensor === 'function') return arena;
  throw wrongKind(where, 'the backend', backend, 'an opened backend', 'Pass await openBackend().');
}
