import type { Backend } from '../../src/backends/backend.ts';
import { ReferenceBackend } from '../../src/backends/reference/reference.ts';

/**
 * The reference as a backend whose memory the host can't see, such as a GPU's: no tensor's `view`, `values`, `item` or `set`
 * outside of the backend's own methods, no `readSync`, and a `read` whose numbers come some turns of the event loop later.
 */
export function asyncBackend(): Backend {
  const inner = new ReferenceBackend();
  const { arena } = inner;
  let depth = 0;
  const inside = <T>(work: () => T): T => {
    depth++;
    try {
      return work();
    } finally {
      depth--;
    }
  };
  const [view, tensor, sequence] = [
    arena.view.bind(arena),
    arena.tensor.bind(arena),
    arena.sequence.bind(arena),
  ];
  arena.tensor = (...given) => inside(() => tensor(...given));
  arena.sequence = (...given) => inside(() => sequence(...given));
  arena.view = (...given) => {
    if (depth === 0) throw new Error('asyncBackend: the host looked into memory that it cannot see');
    return view(...given);
  };
  let reads = 0;
  const read: Backend['read'] = async (x) => {
    const copy = inside(() => inner.readSync(x));
    for (let turns = reads++ % 3; turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve));
    return copy;
  };
  return new Proxy<Backend>(inner, {
    get: (_, name) => {
      if (name === 'readSync') return undefined;
      if (name === 'read') return read;
      const value: unknown = Reflect.get(inner, name, inner);
      return typeof value === 'function'
        ? (...given: unknown[]) => inside(() => value.apply(inner, given))
        : value;
    },
  });
}
