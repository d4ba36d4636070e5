import type { Backend } from '../../backends/backend.ts';
import type { Blas } from '../../backends/wasm/blas/blas.ts';
import { WasmBackend } from '../../backends/wasm/wasm.ts';

/** The size of the square matrices in the measured product. */
export const SIZE = 512;

/** The best measured speed of a matrix product. */
export interface Speed {
  readonly backend: 'blas' | 'wasm' | 'wasm-strict';
  readonly threads: number;
  /** 10⁹ floating-point operations per second. */
  readonly gigaflops: number;
}

/** Measures each backend for so many seconds with one thread, and as long with all threads. */
export async function measureSpeeds(blas: Blas | null, seconds: number): Promise<Speed[]> {
  const choices = [
    ...(blas ? [['blas', { blas }] as const] : []),
    ['wasm', {}] as const,
    ['wasm-strict', { simd: 'strict' }] as const,
  ];
  const speeds: Speed[] = [];
  for (const [backend, options] of choices) {
    for (const threads of [{ threads: 1 }, {}]) {
      const opened = await WasmBackend.open({ ...options, ...threads });
      const known = speeds.some((speed) => speed.backend === backend && speed.threads === opened.threads);
      if (!known) speeds.push({ backend, threads: opened.threads, gigaflops: measure(opened, seconds) });
      opened.close();
    }
  }
  return speeds;
}

function measure(backend: Backend, seconds: number): number {
  const [out, a, b] = Array.from({ length: 3 }, () => backend.arena.tensor([SIZE, SIZE]));
  for (const factor of [a, b]) backend.fill(factor, 0.5);
  backend.gemm(out, a, b);
  const began = performance.now();
  let best = Number.POSITIVE_INFINITY;
  for (let now = began; now - began < 1000 * seconds; ) {
    backend.gemm(out, a, b);
    const then = performance.now();
    best = Math.min(best, then - now);
    now = then;
  }
  return (2 * SIZE ** 3) / best / 1e6;
}
