import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ContenderSpec } from '../contender.ts';
import type { IdFiles, RaceTexts } from './encode.ts';
import type { RaceJob } from './epochs.ts';
import type { OurJob } from './ours.ts';
import type { Entrant } from './race.ts';
import type { Track } from './race-file.ts';
import type { QualityText } from './texts.ts';
import { parseTrainFlags } from './train-flags.ts';

/** What all contenders of a race share. */
export interface Field {
  readonly text: QualityText;
  readonly files: RaceTexts;
  readonly ids: IdFiles;
  /** Flags of `unrolled train`, those of the tokens included. */
  readonly flags: string;
  readonly seed: number;
  readonly threads: number;
  /** A Python with torch; null without one. */
  readonly python: string | null;
}

/** The job of a PyTorch contender (peers/language_model/main.py). */
interface TorchJob extends RaceJob {
  readonly kind: 'example' | 'recipe';
  readonly V: number;
  /** Whether the recipe's sampled softmax is used; PyTorch's users have the full one. */
  readonly sampled: boolean;
  readonly recipe?: Readonly<Record<string, unknown>>;
}

export const entrantNames = ['blas', 'wasm', 'pytorch', 'pytorch-ours', 'pytorch-sampled'] as const;

/** Where each contender comes from, for the help and the results. */
export const about: Readonly<Record<(typeof entrantNames)[number], string>> = {
  blas: 'ours with a system BLAS',
  wasm: 'ours with WebAssembly alone',
  pytorch: "PyTorch's word_language_model example with its options for a tied model of 200",
  'pytorch-ours': "our recipe's settings written in PyTorch, full softmax",
  'pytorch-sampled': "our recipe's settings written in PyTorch, sampled softmax as ours",
};

/** A contender by its name. @throws for an unknown name, and for PyTorch without a Python that has it */
export function entrantNamed(name: string, field: Field): Entrant {
  if (name === 'blas' || name === 'wasm') return ours(name, field);
  if (name === 'pytorch') return torch(name, field, () => ({ kind: 'example', sampled: false }));
  if (name === 'pytorch-ours' || name === 'pytorch-sampled') {
    const sampled = name === 'pytorch-sampled';
    return torch(name, field, (tracks) => ({ kind: 'recipe', sampled, recipe: recipeIn(tracks) }));
  }
  throw new Error(`--contenders: there is no '${name}'; there are ${entrantNames.join(', ')}`);
}

function ours(backend: 'blas' | 'wasm', { text, files, flags, seed, threads }: Field): Entrant {
  const child = fileURLToPath(new URL('./ours.ts', import.meta.url));
  const args = ['--import', import.meta.resolve('tsx'), child];
  const job: Omit<OurJob, 'name' | 'folder' | 'from'> = {
    ...{ train: files.train, valid: files.valid, windows: text.windows, seed, threads },
    flags: parseTrainFlags(`${flags} --backend ${backend}`),
  };
  return { name: backend, spec: specOf(backend, 'ours', process.execPath, args, threads), job: () => job };
}

type TorchPart = Pick<TorchJob, 'kind' | 'sampled' | 'recipe'>;

function torch(
  name: string,
  { text, ids, seed, threads, python }: Field,
  part: (tracks: readonly Track[]) => TorchPart,
): Entrant {
  if (python === null) throw new Error(`${name}: no Python of --python or BENCH_PYTHON has the module torch`);
  const child = fileURLToPath(new URL('../peers/language_model/main.py', import.meta.url));
  const spec = specOf(name, 'pytorch', python, [child, String(threads)], threads);
  const { train, valid, V } = ids;
  const job = (tracks: readonly Track[]): Omit<TorchJob, 'name' | 'folder' | 'from'> => ({
    ...{ train, valid, V, windows: text.windows, seed },
    ...part(tracks),
  });
  return { name, spec, job };
}

/** The recipe of the first contender of ours, which has started before. */
function recipeIn(tracks: readonly Track[]): NonNullable<TorchJob['recipe']> {
  const recipe = tracks.find((track) => track.ready.recipe)?.ready.recipe;
  if (recipe) return recipe;
  throw new Error('it takes the settings of one of ours, which must be in the same race: add blas or wasm');
}

function specOf(
  name: string,
  family: ContenderSpec['family'],
  command: string,
  args: readonly string[],
  threads: number,
): ContenderSpec {
  // torch.set_num_threads does not reach the BLAS that torch may be linked with.
  const names = family === 'pytorch' ? ['OMP', 'OPENBLAS', 'MKL'] : [];
  const env = Object.fromEntries(names.map((library) => [`${library}_NUM_THREADS`, String(threads)]));
  return { name, family, threads, command, args, env, kinds: [], ownGroup: true };
}

/** The Python with the newest PyTorch. */
export function newestTorch(pythons: readonly string[]): { python: string; version: string } | null {
  const found = pythons.flatMap((python) => {
    const code = 'import torch; print(torch.__version__.split("+")[0])';
    const { status, stdout } = spawnSync(python, ['-c', code], { encoding: 'utf8' });
    return status === 0 ? [{ python, version: stdout.trim() }] : [];
  });
  const order = new Intl.Collator('en', { numeric: true });
  return found.sort((a, b) => order.compare(b.version, a.version))[0] ?? null;
}
