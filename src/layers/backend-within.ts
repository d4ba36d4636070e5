import type { Backend } from '../backends/backend.ts';
import type { Arena } from '../tensor/arena.ts';

/**
 * The same backend with another arena over the same memory: its tensors are allocated in that arena and freed with it.
 *
 * Each method is bound to the backend at its first use, so that later calls cost no more than on the backend itself. This
 * works for any backend, including a Proxy and a class with private fields.
 */
export function backendWithin(backend: Backend, arena: Arena): Backend {
  const found = new Proxy(backend, {
    get(_, name) {
      const member: unknown = Reflect.get(backend, name);
      if (typeof member !== 'function') return member;
      const value: unknown = member.bind(backend);
      Object.defineProperty(within, name, { value, configurable: true, writable: true });
      return value;
    },
  });
  const within: Backend = Object.create(found, { arena: { value: arena } });
  return within;
}
