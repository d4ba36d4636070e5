import { UnrolledError } from '../../errors.ts';
import { ChangedFileError } from '../../formats/digest.ts';
import type { ModelFileOptions } from '../../models/model-file.ts';
import { type NameOf, OptionError } from '../option-error.ts';
import type { Store } from '../store.ts';
import { type Resumed, readCheckpoint } from './read-checkpoint.ts';
import { checkpointName, findCheckpoints } from './unfinished/find.ts';

/** What another copy of the file, or the checkpoint before it, doesn't mend. */
const NO_DAMAGE: readonly string[] = ['file-version', 'file-permission'];

/** Reads the checkpoint to resume from: a name, or `latest` of those beside a model file. Throws UnrolledError. */
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
 * The checkpoint beside a model file that was written last and is whole.
 * @throws UnrolledError when there is none
 */
export async function latestCheckpoint(store: Store, out: string): Promise<string> {
  return (await readLatest(store, out)).file;
}

async function readLatest(store: Store, out: string, options: ModelFileOptions = {}): Promise<Resumed> {
  // A run that is there removes old ones meanwhile.
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
    return `no checkpoint beside ${out} is whole; ${nameOf('resume')} needs one. ${each} Start a new run without ${nameOf('resume')}.`;
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
      `there is no checkpoint ${checkpointName(out, 'N')}; ${nameOf('resume')} needs one that a run with ${nameOf('out')} ${out} ` +
      `left. Name a checkpoint, or start a new run without ${nameOf('resume')}.`,
  );
}
