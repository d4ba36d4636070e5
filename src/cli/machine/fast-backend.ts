import { setFlagsFromString } from 'node:v8';
import type { Backend } from '../../backends/backend.ts';
import { openBackend } from '../../backends/open.ts';
import { printable } from '../../data/texts/printable.ts';
import { printNotice } from '../terminal/streams.ts';
import { closeAtEnd } from './opened-backends.ts';

/** Enables relaxed SIMD in Node 20, which has it behind a flag. */
export function unlockRelaxedSimd(): void {
  if (process.versions.node.startsWith('20.')) setFlagsFromString('--experimental-wasm-relaxed-simd');
}

/** `openBackend` with relaxed SIMD enabled; notices are printed to stderr. */
export async function openFastBackend(name?: string, threads?: number): Promise<Backend> {
  return await backendOpener(threads)(name);
}

/** Opens several backends, one after the other, and prints each notice once. */
export function backendOpener(threads?: number): (name?: string) => Promise<Backend> {
  unlockRelaxedSimd();
  const printed = new Set<string>();
  const notice = (line: string) => {
    if (!printed.has(line)) printNotice(printable(line));
    printed.add(line);
  };
  return async (name) => {
    const backend = await openBackend(name, { notice, ...(threads !== undefined && { threads }) });
    closeAtEnd(backend);
    return backend;
  };
}
