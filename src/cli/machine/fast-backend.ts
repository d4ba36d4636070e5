import { setFlagsFromString } from 'node:v8';
import type { Backend } from '../../backends/backend.ts';
import { openBackend } from '../../backends/open.ts';
import { say } from '../terminal/streams.ts';
import { printable } from '../terminal/style.ts';
import { closeAtEnd } from './opened-backends.ts';

/** Node 20 keeps the faster kernels behind a flag; later ones have them without. */
export function unlockRelaxedSimd(): void {
  if (process.versions.node.startsWith('20.')) setFlagsFromString('--experimental-wasm-relaxed-simd');
}

/** `openBackend` with the faster kernels; its notices go to stderr. */
export async function openFastBackend(name?: string, threads?: number): Promise<Backend> {
  return await backendOpener(threads)(name);
}

/** The same for several backends, one after the other: each notice is printed once. */
export function backendOpener(threads?: number): (name?: string) => Promise<Backend> {
  unlockRelaxedSimd();
  const printed = new Set<string>();
  const notice = (line: string) => {
    if (!printed.has(line)) say(printable(line));
    printed.add(line);
  };
  return async (name) => {
    const backend = await openBackend(name, { notice, ...(threads !== undefined && { threads }) });
    closeAtEnd(backend);
    return backend;
  };
}
