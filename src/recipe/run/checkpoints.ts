import { type NameOf, OptionError, UnrolledError } from '../../errors.ts';
import { ChangedFileError } from '../../formats/digest.ts';
import type { ModelFileOptions } from '../../models/model-file.ts';
import type { Store } from '../store.ts';
import { type Resumed, readCheckpoint } from './read-checkpoint.ts';
import { checkpointName, findCheckpoints } from './unfinished/find.ts';

/** Errors that an older checkpoint would not fix. */
const NO_DAMAGE: readonly string[] = ['file-version', 'file-permission'];

/**
 * Reads the checkpoint to resume from.
 * @param out the model file's name
 * @param name a checkpoint's name, or `latest` for the newest checkpoint of `out`
 * @throws {UnrolledError} `checkpoint-missing` when there is none, `file-missing`, `file-damaged`, `file-foreign` or `file-version`
 * when it can't be read, `file-in-use` while a run of this name is active
 */
export async function readResumed(
  store: Store,
  out: string,
  name: string,
  options: ModelFileOptions = {},
): Promise<Resumed> {
  return name === 'latest'
    ? await readLatest(store, out, options)
    : await readCheckpoint(store, name, options);
}

/**
 * The name of the newest undamaged checkpoint of a model file.
 * @param out the model file's name
 * @throws {UnrolledError} `checkpoint-missing` when there is none, `file-damaged` when all are damaged, `file-in-use` while a run
 * of this name is active
 */
export async function latestCheckpoint(store: Store, out: string): Promise<string> {
  return (await readLatest(store, out)).file;
}

async function readLatest(store: Store, out: string, options: ModelFileOptions = {}): Promise<Resumed> {
  // An active run deletes old checkpoints.
  await store.checkUnlocked?.(out);
  const damaged: UnrolledError[] = [];
  for (const { file } of await findCheckpoints(store, out)) {
    try {
      return { ...(await readCheckpoint(store, file, options)), damaged };
    } catch (error) {
      if (!(error instanceof UnrolledError) || NO_DAMAGE.includes(error.code)) throw error;
      damaged.push(error);
    }
  }
  throw damaged.length > 0 ? allDamaged(out, damaged) : missing(out);
}

function allDamaged(out: string, damaged: readonly UnrolledError[]): OptionError {
  return new OptionError('file-damaged', (nameOf) => {
    const each = damaged.map((error) => messageOf(error, nameOf)).join(' ');
    return `all checkpoints of ${out} are damaged; ${nameOf('resume')} needs an undamaged one. ${each} Start a new run without ${nameOf('resume')}.`;
  });
}

function messageOf(error: UnrolledError, nameOf: NameOf): string {
  const option = nameOf('verify');
  const changed = error instanceof ChangedFileError && option !== 'verify';
  return (changed ? error.spelled(option) : error).message;
}

function missing(out: string): OptionError {
  return new OptionError(
    'checkpoint-missing',
    (nameOf) =>
      `there is no checkpoint ${checkpointName(out, 'N')}; ${nameOf('resume')} latest needs one from an earlier run with ` +
      `${nameOf('out')} ${out}. Name a checkpoint, or start a new run without ${nameOf('resume')}.`,
  );
}
