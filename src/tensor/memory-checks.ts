import { UnrolledError } from '../errors.ts';
import { wrongKind } from '../kinds.ts';
import type { Arena } from './arena.ts';
import { formatShape } from './shape.ts';
import { type NumberSource, Tensor } from './tensor.ts';

/**
 * Throws for a tensor of another backend's memory, where its place would be that of other numbers, and for one whose model was
 * disposed or whose backend was closed.
 * @param what the tensor's name; by default its shape
 */
export function checkUsable(where: string, arena: NumberSource, x: Tensor, what?: string): void {
  if (x?.arena?.memory !== arena.memory) checkSameMemory(where, arena, x, what);
  if (x.arena.closed !== null) x.arena.check();
}

/** The same without the last: what a closed backend holds can be read. */
export function checkSameMemory(where: string, { memory }: NumberSource, x: Tensor, what?: string): void {
  if (x?.arena?.memory === memory) return;
  if (!(x instanceof Tensor))
    throw wrongKind(where, what ?? 'a tensor', x, 'a Tensor', 'Make it with arena.tensor().');
  throw new UnrolledError(
    'option-conflict',
    `${where}: ${what ?? `a tensor ${formatShape(x.shape)}`} lies in the memory of another backend; ` +
      `${where} computes in its own alone. Use one backend for both.`,
  );
}

/** The same for tensors, and those that are members of a block or of its parts; null and other values pass. */
export function checkAllUsable(where: string, arena: NumberSource, ...given: readonly unknown[]): void {
  for (const one of given) {
    if (one instanceof Tensor) checkUsable(where, arena, one);
    else if (typeof one === 'object' && one !== null) checkAllUsable(where, arena, ...Object.values(one));
  }
}

/** The same for parameters. Of one that passes, the gradient lies where its value does. */
export function checkUsableParams(
  where: string,
  arena: NumberSource,
  params: Iterable<{ readonly name: string; readonly value: Tensor }>,
): void {
  if (typeof params?.[Symbol.iterator] !== 'function') {
    throw wrongKind(where, 'params', params, 'a list of Params', 'Give model.params.');
  }
  for (const param of params) {
    if (param?.value?.arena) checkUsable(where, arena, param.value, param.name);
    else throw wrongKind(where, 'a parameter', param, 'a Param', 'Make it with createParam().');
  }
}

/** The arena of a backend. @throws for what is no opened backend, such as a promise of one */
export function arenaOf(where: string, backend: { readonly arena: Arena }): Arena {
  const { arena } = Object(backend);
  if (typeof arena?.tensor === 'function') return arena;
  throw wrongKind(where, 'the backend', backend, 'an opened backend', 'Give await openBackend().');
}
