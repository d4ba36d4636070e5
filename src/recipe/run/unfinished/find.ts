import { UnrolledError } from '../../../errors.ts';
import { parseJsonObject } from '../../../formats/json-object.ts';
import { decodeHeader } from '../../../formats/safetensors-header.ts';
import { readRecipe } from '../../read-recipe.ts';
import type { Recipe } from '../../recipe.ts';
import { type Store, stemOf } from '../../store.ts';
import type { FileInfo } from '../../text/training-data.ts';
import type { TextFingerprints } from './request.ts';
import { type RunRecord, readRunRecord } from './run-record.ts';

/** A checkpoint next to a model file, from its header. */
export interface FoundCheckpoint {
  readonly file: string;
  readonly step: number;
  readonly recipe: Recipe;
  readonly texts: TextFingerprints;
  /** Null in older checkpoints. */
  readonly run: RunRecord | null;
}

/** A file named like a checkpoint that can't be read as one. */
export interface UnreadableCheckpoint {
  readonly file: string;
  readonly step: number;
  readonly error: UnrolledError;
}

/** A file named like a checkpoint. */
export type CheckpointFile = FoundCheckpoint | UnreadableCheckpoint;

/** The file name of a checkpoint. */
export function checkpointName(out: string, step: number | 'N'): string {
  return `${stemOf(out)}.checkpoint-${step}.safetensors`;
}

/** Finds the checkpoints of a model file, newest first. */
export async function findCheckpoints(store: Store, out: string): Promise<CheckpointFile[]> {
  const [head, tail] = checkpointName(out, 'N').split(/N(?=\.safetensors$)/);
  const found: CheckpointFile[] = [];
  for (const file of await store.list(head)) {
    const digits = file.slice(head.length, -tail.length);
    const step = Number(digits);
    if (/^\d+$/.test(digits) && file === checkpointName(out, step))
      found.push(await describe(store, file, step));
  }
  return newestFirst(found);
}

/** Sorts by serial number, then by step. An unreadable file is sorted by its step. */
function newestFirst(found: readonly CheckpointFile[]): CheckpointFile[] {
  const readable = found.filter((one) => !('error' in one));
  const last = Math.max(0, ...readable.map(({ step }) => step));
  const serial = (one: CheckpointFile) =>
    'error' in one ? (one.step > last ? Number.POSITIVE_INFINITY : -1) : (one.run?.serial ?? 0);
  return [...found].sort(
    (a, b) => Number(serial(b) > serial(a)) - Number(serial(b) < serial(a)) || b.step - a.step,
  );
}

async function describe(store: Store, file: string, step: number): Promise<CheckpointFile> {
  try {
    const { metadata } = decodeHeader(await store.read(file), file);
    if (!metadata.has('training')) throw notACheckpoint(file);
    const part = (name: string) => parseJsonObject(metadata.get(name) ?? '', file);
    const { files, valid = null } = part('corpus');
    const { run } = part('training');
    const texts = { files: Array.isArray(files) ? files : [], valid: valid as FileInfo | null };
    return { file, step, recipe: readRecipe(part('recipe'), file), texts, run: readRunRecord(run) };
  } catch (error) {
    if (!(error instanceof UnrolledError)) throw error;
    return { file, step, error: error };
  }
}

function notACheckpoint(file: string): UnrolledError {
  return new UnrolledError(
    'file-foreign',
    `${file}: the file is named like a checkpoint but is not one. Rename it.`,
  );
}
