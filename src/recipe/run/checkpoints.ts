import { UnrolledError } from '../../errors.ts';
import { withPrefix } from '../../formats/prefix.ts';
import { type Json, saveModelFile } from '../../models/model-file.ts';
import { packState } from '../../training/state/packed-state.ts';
import type { TrainingState } from '../../training/state/training-state.ts';
import { OptionError } from '../option-error.ts';
import type { Plan } from '../plan.ts';
import type { Store } from '../store.ts';
import type { BestWeights } from './best-weights.ts';
import { arithmeticOf } from './resume.ts';

/**
 * What a stopped run resumes from, beside its model file: model files that also say where training
 * stands. The newest few are kept, and none after a run that reached its end.
 */
export class Checkpoints {
  readonly #plan: Plan;
  readonly #bestWeights: BestWeights;
  readonly #store: Store;
  readonly #keep: number;
  #newest: string | null = null;

  /** @param keep how many are kept, 1 at least */
  constructor(plan: Plan, bestWeights: BestWeights, store: Store, keep: number) {
    this.#plan = plan;
    this.#bestWeights = bestWeights;
    this.#store = store;
    this.#keep = keep;
  }

  /** The last one that this run wrote. */
  get newest(): string | null {
    return this.#newest;
  }

  /** Writes one and removes the old ones. Returns its name, or the store's error. */
  async write(state: TrainingState): Promise<string | UnrolledError> {
    const file = checkpointName(this.#plan.out, state.step);
    try {
      await this.#store.write(file, await this.#bytes(state));
      this.#newest = file;
      await this.#removeOthers(state.step);
      return file;
    } catch (error) {
      if (error instanceof UnrolledError) return error;
      throw error;
    }
  }

  /** After a run that reached its end. */
  async removeAll(): Promise<void> {
    for (const [file] of await checkpointsOf(this.#store, this.#plan.out)) await this.#store.remove(file);
  }

  async #bytes(state: TrainingState): Promise<Uint8Array> {
    const { json, arrays } = packState(state);
    const best = this.#bestWeights.best;
    const arithmetic = arithmeticOf(this.#plan.model.backend);
    const training: Json = { state: json, best: best?.progress ?? null, arithmetic };
    const extras = new Map([
      ...this.#plan.extras,
      ...withPrefix('training.', arrays),
      ...withPrefix('best.', best?.weights ?? []),
    ]);
    return await saveModelFile({ ...this.#plan, results: null, training, extras });
  }

  /** Those of later steps are of an older run. */
  async #removeOthers(step: number): Promise<void> {
    const all = await checkpointsOf(this.#store, this.#plan.out);
    const kept = all.filter(([, other]) => other <= step).slice(-this.#keep);
    for (const one of all) if (!kept.includes(one)) await this.#store.remove(one[0]);
  }
}

/** The newest checkpoint beside a model file. Throws UnrolledError when there is none. */
export async function latestCheckpoint(store: Store, out: string): Promise<string> {
  const latest = (await checkpointsOf(store, out)).at(-1);
  if (latest) return latest[0];
  throw new OptionError(
    'checkpoint-missing',
    (nameOf) =>
      `there is no checkpoint ${checkpointName(out, 'N')}; ${nameOf('resume')} needs one that a run with ${nameOf('out')} ${out} ` +
      `left. Name a checkpoint, or start a new run without ${nameOf('resume')}.`,
  );
}

function checkpointName(out: string, step: number | 'N'): string {
  return `${out.replace(/\.safetensors$/, '')}.checkpoint-${step}.safetensors`;
}

/** The checkpoints beside a model file and their steps, the oldest first. */
async function checkpointsOf(store: Store, out: string): Promise<[file: string, step: number][]> {
  const [head, tail] = checkpointName(out, 'N').split(/N(?=\.safetensors$)/);
  const found: [string, number][] = [];
  for (const name of await store.list(head)) {
    const digits = name.slice(head.length, -tail.length);
    if (/^\d+$/.test(digits) && name === checkpointName(out, Number(digits)))
      found.push([name, Number(digits)]);
  }
  return found.sort(([, a], [, b]) => a - b);
}
