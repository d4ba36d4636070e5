import type { Backend } from '../backends/backend.ts';
import type { Arena } from '../tensor/arena.ts';

/**
 * The same backend with another arena over its memory: what is made on it is allocated there, and freed with it.
 *
 * A method is looked up and bound at its first call, so that a later one costs no more than on the backend itself; whatever
 * the backend is, an object of a class with private fields or a Proxy.
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
