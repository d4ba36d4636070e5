import { setFlagsFromString } from 'node:v8';
import type { Backend } from '../../backends/backend.ts';
import { openBackend } from '../../backends/open.ts';
import { printable } from '../terminal/style.ts';

/** Node 20 keeps the faster kernels behind a flag; later ones have them without. */
export function unlockRelaxedSimd(): void {
  if (process.versions.node.startsWith('20.')) setFlagsFromString('--experimental-wasm-relaxed-simd');
}

/** `openBackend` with the faster kernels; what it has to tell goes to stderr. */
export async function openFastBackend(name?: string, threads?: number): Promise<Backend> {
  unlockRelaxedSimd();
  const notice = (line: string) => void process.stderr.write(`${printable(line)}\n`);
  return openBackend(name, { notice, ...(threads !== undefined && { threads }) });
}
