import type { Backend } from '../../backends/backend.ts';

/** Weak: a backend that nothing uses any more gives its memory back before the command ends. */
const opened: WeakRef<Backend>[] = [];

/** Leaves it to `closeBackends` to end the threads of a backend. */
export function closeAtEnd(backend: Backend): void {
  opened.push(new WeakRef(backend));
}

/** Ends the threads of all backends that the command has opened. */
export function closeBackends(): void {
  for (const backend of opened.splice(0)) backend.deref()?.close();
}
