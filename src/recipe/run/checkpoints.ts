import { readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { writeFileAtomically } from '../../cli/files/write.ts';
import { UnrolledError } from '../../errors.ts';
import { withPrefix } from '../../formats/prefix.ts';
import { type Json, writeModelFile } from '../../models/model-file.ts';
import { packState } from '../../training/state/packed-state.ts';
import type { TrainingState } from '../../training/state/training-state.ts';
import type { CheckpointTimes } from '../../training/train.ts';
import type { Plan } from '../plan.ts';
import type { BestWeights } from './best-weights.ts';
import { arithmeticOf } from './resume.ts';

/** When checkpoints are written, null for never, and how many are kept, 1 at least. */
export interface Saving {
  readonly checkpoint: CheckpointTimes | null;
  readonly keep: number;
}

/**
 * The files from which a run that was stopped goes on, beside its model file: model files that also
 * say where training stands. The newest few are kept, and none after a run that came to its end.
 */
export class Checkpoints {
  /** When to write one; null for never. */
  readonly times: CheckpointTimes | null;
  readonly #plan: Plan;
  readonly #bestWeights: BestWeights;
  readonly #keep: number;
  #newest: string | null = null;

  constructor(plan: Plan, bestWeights: BestWeights, { checkpoint, keep }: Saving) {
    this.times = checkpoint;
    this.#plan = plan;
    this.#bestWeights = bestWeights;
    this.#keep = keep;
  }

  /** The last file that this run wrote. */
  get newest(): string | null {
    return this.#newest;
  }

  /** Writes one and removes the old ones. Returns its name; null when it can't be written, which `warn` is told. */
  write(state: TrainingState, warn: (message: string) => void): string | null {
    const file = nameOf(this.#plan.out, state.step);
    try {
      writeFileAtomically(file, this.#bytes(state));
      this.#newest = file;
      this.#removeOthers(state.step);
      return file;
    } catch (error) {
      if (!(error instanceof UnrolledError)) throw error;
      warn(`${error.message} Training goes on without this checkpoint.`);
      return null;
    }
  }

  /** After a run that came to its end. */
  removeAll(): void {
    for (const [file] of checkpointsOf(this.#plan.out)) rmSync(file, { force: true });
  }

  #bytes(state: TrainingState): Uint8Array {
    const { json, arrays } = packState(state);
    const best = this.#bestWeights.best;
    const arithmetic = arithmeticOf(this.#plan.model.backend);
    const training: Json = { state: json, best: best?.progress ?? null, arithmetic };
    const extras = new Map([
      ...this.#plan.extras,
      ...withPrefix('training.', arrays),
      ...withPrefix('best.', best?.weights ?? []),
    ]);
    return writeModelFile({ ...this.#plan, results: null, training, extras });
  }

  /** Files of later steps are those of an older run. */
  #removeOthers(step: number): void {
    const all = checkpointsOf(this.#plan.out);
    const kept = all.filter(([, other]) => other <= step).slice(-this.#keep);
    for (const one of all) if (!kept.includes(one)) rmSync(one[0], { force: true });
  }
}

/** The newest checkpoint beside a model file. Throws UnrolledError when there is none. */
export function latestCheckpoint(out: string): string {
  const latest = checkpointsOf(out).at(-1);
  if (latest) return latest[0];
  throw new UnrolledError(
    'checkpoint-missing',
    `--resume latest: there is no checkpoint ${nameOf(out, 'N')}; it needs one that a run with --out ${out} left. ` +
      'Name a file, or start anew without --resume.',
  );
}

function nameOf(out: string, step: number | 'N'): string {
  return `${out.replace(/\.safetensors$/, '')}.checkpoint-${step}.safetensors`;
}

/** The checkpoints beside a model file and their steps, the oldest first. */
function checkpointsOf(out: string): [file: string, step: number][] {
  const [head, tail] = basename(nameOf(out, 'N')).split('checkpoint-N');
  const found: [string, number][] = [];
  for (const name of readdirSync(dirname(out))) {
    const digits = name.slice(head.length + 'checkpoint-'.length, -tail.length);
    if (/^\d+$/.test(digits) && name === basename(nameOf(out, Number(digits)))) {
      found.push([join(dirname(out), name), Number(digits)]);
    }
  }
  return found.sort(([, a], [, b]) => a - b);
}
