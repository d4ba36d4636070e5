import { flopsPerToken } from './configs.ts';
import type { Peak } from './gemm.ts';
import type { Row } from './race.ts';
import { bestOf, oursIn, type Results, type TrainResult } from './results.ts';

/** A target and its measured value; null if it could not be measured. */
export interface Verdict {
  readonly what: string;
  readonly wanted: number;
  readonly got: number | null;
  readonly met: boolean | null;
}

type Backend = 'blas' | 'wasm';

/** Tokens per second as multiples of PyTorch's best, on two threads. What isn't listed has no target. */
const overPyTorch: Readonly<Record<string, Readonly<Record<Backend, number>>>> = {
  chapter: { blas: 3, wasm: 1.2 },
  'rnn-10k': { blas: 2.5, wasm: 1.1 },
  'rnn-200': { blas: 2.5, wasm: 1.1 },
  'rnn-650': { blas: 1.7, wasm: 0.8 },
  'lstm-200': { blas: 2.5, wasm: 1.1 },
  'lstm-650': { blas: 1.7, wasm: 0.8 },
};
const overTensorFlow: Readonly<Record<Backend, number>> = { blas: 15, wasm: 10 };
const generationOverPyTorch = 3;
const encodingOverTokenizers = 1;
const twoThreadsOverOne = 1.7;
const shareOfPeak = 0.75;

const backends: readonly Backend[] = ['blas', 'wasm'];

type Measured = Pick<Results, 'training' | 'generation' | 'encoding' | 'peak'>;

/** Compares the results with each target. */
export function judge(results: Measured): Verdict[] {
  const large = results.training.filter(({ name }) => name === 'rnn-650' || name === 'lstm-650');
  return [
    ...backends.flatMap((backend) => judgeTraining(results, backend)),
    ...large.flatMap((result) => judgeLargeModel(result, results.peak)),
    ...judgeGeneration(results),
    ...judgeEncoding(results),
  ];
}

function judgeTraining({ training }: Measured, backend: Backend): Verdict[] {
  return training.flatMap(({ name, race, job }) => {
    const wanted = overPyTorch[name];
    if (!wanted) return [];
    const ours = oursIn(race, backend, 2);
    const against = (peer: string, row: Row | undefined, wanted: number) =>
      verdict(`${name}: ${backend}, 2 threads ÷ ${peer}`, wanted, ratio(ours, row));
    return [
      against("PyTorch's best", bestOf(race, 'pytorch'), wanted[backend]),
      ...(job.cell === 'rnn'
        ? [against("TensorFlow.js's best", bestOf(race, 'tfjs'), overTensorFlow[backend])]
        : []),
    ];
  });
}

function judgeLargeModel({ name, race, job }: TrainResult, peak: Peak | null): Verdict[] {
  const ours = oursIn(race, 'blas', 2);
  const share = ours && peak ? (ours.perSecond.median * flopsPerToken(job)) / peak.flops : null;
  return [
    verdict(`${name}: blas, 2 threads ÷ the measured sgemm peak`, shareOfPeak, share),
    ...backends.map((backend) => {
      const [two, one] = [oursIn(race, backend, 2), oursIn(race, backend, 1)];
      return verdict(`${name}: ${backend}, 2 threads ÷ 1 thread`, twoThreadsOverOne, ratio(two, one));
    }),
  ];
}

function judgeGeneration({ generation }: Measured): Verdict[] {
  const next = generation.find(({ job }) => job.kind === 'generate');
  if (!next) return [];
  return backends.map((backend) => {
    const got = ratio(oursIn(next.race, backend, 2), bestOf(next.race, 'pytorch'));
    return verdict(`generation: ${backend}, 2 threads ÷ PyTorch's best`, generationOverPyTorch, got);
  });
}

function judgeEncoding({ encoding }: Measured): Verdict[] {
  if (!encoding) return [];
  const got = ratio(bestOf(encoding, 'ours'), bestOf(encoding, 'tokenizers'));
  return [verdict("encoding: one thread ÷ tokenizers' encode", encodingOverTokenizers, got)];
}

function ratio(a: Row | undefined, b: Row | undefined): number | null {
  return a && b ? a.perSecond.median / b.perSecond.median : null;
}

function verdict(what: string, wanted: number, got: number | null): Verdict {
  return { what, wanted, got, met: got === null ? null : got >= wanted };
}
