import { UnrolledError } from '../../errors.ts';
import { withPrefix } from '../../formats/prefix.ts';
import { type Json, saveModelFile } from '../../models/model-file.ts';
import { packState } from '../../training/state/packed-state.ts';
import type { TrainingState } from '../../training/state/training-state.ts';
import type { Plan } from '../plan.ts';
import type { Store } from '../store.ts';
import type { BestWeights } from './best-weights.ts';
import { arithmeticOf } from './resume.ts';
import type { BudgetState } from './time-budget.ts';
import { type CheckpointGroups, type Claim, groupCheckpoints, requestOf } from './unfinished/claim.ts';
import { checkpointName } from './unfinished/find.ts';
import { newRunId, runRecordJson } from './unfinished/run-record.ts';

/**
 * Writes the checkpoints of a run next to its model file: model files with the training state and the run's id. Keeps the
 * newest few, and deletes all of them when the run completes.
 */
export class CheckpointWriter {
  readonly #plan: Plan;
  readonly #bestWeights: BestWeights;
  readonly #store: Store;
  readonly #keep: number;
  readonly #groups: CheckpointGroups;
  readonly #id: string;
  /** Checkpoints of this run, with their steps. */
  readonly #own: Map<string, number>;
  /** File names that this run must not overwrite. */
  readonly #reserved: ReadonlySet<string>;
  /** Other runs' checkpoints, to be deleted after the first checkpoint of this run. */
  #replaced: readonly string[];
  #serial: number;
  #newest: string | null = null;

  /**
   * @param keep number of checkpoints to keep, at least 1
   * @throws UnfinishedRunError when a new run would replace checkpoints of another request
   */
  constructor(plan: Plan, bestWeights: BestWeights, store: Store, claim: Claim, keep: number) {
    this.#plan = plan;
    this.#bestWeights = bestWeights;
    this.#store = store;
    this.#keep = keep;
    const { identity, resumed } = plan;
    this.#groups = groupCheckpoints(claim, identity, resumed);
    this.#id = resumed?.run?.id ?? newRunId();
    this.#own = new Map(this.#groups.own.map(({ file, step }) => [file, step]));
    const others = this.#groups.others.map(({ file }) => file);
    this.#replaced = claim.overwrite ? others : [];
    this.#reserved = new Set([...(claim.overwrite ? [] : others), ...unreadableFiles(claim)]);
    const serials = claim.found.map((one) => ('error' in one ? 0 : (one.run?.serial ?? 0)));
    this.#serial = Math.max(0, resumed?.run?.serial ?? 0, ...serials);
  }

  /** The newest checkpoint that this run wrote. */
  get newest(): string | null {
    return this.#newest;
  }

  /** The newest checkpoint of an unfinished run of the same request, which could have been resumed. */
  get unfinished(): { readonly file: string; readonly step: number } | null {
    if (this.#plan.resumed) return null;
    const [newest] = this.#groups.same;
    return newest ? { file: newest.file, step: newest.step } : null;
  }

  /** Writes a checkpoint and deletes old ones. @returns its name, or the store's error */
  async write(state: TrainingState, budget: BudgetState | null): Promise<string | UnrolledError> {
    const file = checkpointName(this.#plan.out, state.step);
    try {
      if (this.#reserved.has(file)) throw nameTaken(file);
      await this.#store.write(file, await this.#bytes(state, budget));
      this.#newest = file;
      this.#own.set(file, state.step);
      await this.#removeOld(state.step);
      return file;
    } catch (error) {
      if (error instanceof UnrolledError) return error;
      throw error;
    }
  }

  /** Deletes all checkpoints; called when the run completes. */
  async removeAll(): Promise<void> {
    const same = this.#groups.same.map(({ file }) => file);
    await this.#remove([...this.#own.keys(), ...same, ...this.#replaced]);
  }

  async #bytes(state: TrainingState, budget: BudgetState | null): Promise<Uint8Array> {
    const { json, arrays } = packState(state);
    const { identity, resumed, model, extras: others } = this.#plan;
    const best = this.#bestWeights.best;
    this.#serial += 1;
    const run = runRecordJson({ id: this.#id, serial: this.#serial, request: requestOf(identity, resumed) });
    const arithmetic = arithmeticOf(model.backend);
    const training: Json = { state: json, best: best?.progress ?? null, arithmetic, budget, run };
    const extras = new Map([
      ...others,
      ...withPrefix('training.', arrays),
      ...withPrefix('best.', best?.weights ?? []),
    ]);
    return await saveModelFile({ ...this.#plan, results: null, training, extras });
  }

  /** Deletes all but the newest checkpoints. Those of later steps date from before the run was resumed. */
  async #removeOld(step: number): Promise<void> {
    const before = [...this.#own].filter(([, other]) => other <= step).sort(([, a], [, b]) => a - b);
    const kept = new Map(before.slice(-this.#keep));
    await this.#remove([...[...this.#own.keys()].filter((file) => !kept.has(file)), ...this.#replaced]);
    this.#replaced = [];
  }

  async #remove(files: readonly string[]): Promise<void> {
    for (const file of files) {
      await this.#store.remove(file);
      this.#own.delete(file);
    }
  }
}

/** Files named like checkpoints that are not damaged but can't be read: another program or version may need them. */
function unreadableFiles({ found }: Claim): string[] {
  return found.flatMap((one) => ('error' in one && one.error.code !== 'file-damaged' ? [one.file] : []));
}

function nameTaken(file: string): UnrolledError {
  return new UnrolledError(
    'file-in-use',
    `${file}: a file that is not a checkpoint of this run has the checkpoint's name. Rename that file.`,
  );
}
