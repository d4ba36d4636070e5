import { OptionError } from '../../../errors.ts';
import type { Store, Unlock } from '../../store.ts';
import type { Resumed } from '../read-checkpoint.ts';
import { CHANGEABLE } from '../resume.ts';
import { type CheckpointFile, type FoundCheckpoint, findCheckpoints } from './find.ts';
import {
  differencesOf,
  differentSettings,
  type RequestIdentity,
  resumedRequest,
  sameTexts,
} from './request.ts';
import type { RunRequest } from './run-record.ts';

/** The checkpoints next to a model file when a run starts. */
export interface OutputCheckpoints {
  readonly out: string;
  /** Newest first. */
  readonly found: readonly CheckpointFile[];
  /** Whether checkpoints of other requests may be replaced. */
  readonly overwrite: boolean;
}

/** A locked model file name. */
export interface Claim extends OutputCheckpoints {
  /** Unlocks the name; a second call does nothing. */
  readonly release: Unlock;
}

/** Locks a model file name for a run. @throws UnrolledError `file-in-use` when another run has locked it */
export async function claimRun(store: Store, out: string, overwrite: boolean = false): Promise<Claim> {
  const release = (await store.lock?.(out)) ?? (() => {});
  try {
    return { out, found: await findCheckpoints(store, out), overwrite, release };
  } catch (error) {
    await release();
    throw error;
  }
}

/**
 * Checks whether a run may start, without locking its name; without a store, it does nothing.
 * @throws UnrolledError `file-in-use` when another run has locked the name, or there are checkpoints of another request
 */
export async function checkOutput(
  { store, out, overwrite = false }: { store?: Store; out: string; overwrite?: boolean | undefined },
  identity: RequestIdentity,
  resumed: Resumed | null,
): Promise<void> {
  if (!store) return;
  await store.checkUnlocked?.(out);
  groupCheckpoints({ out, found: await findCheckpoints(store, out), overwrite }, identity, resumed);
}

/** There are checkpoints of another request next to the model file. */
export class UnfinishedRunError extends OptionError {}

/** The checkpoints next to a model file, grouped by whose they are. */
export interface CheckpointGroups {
  /** Those of this run, from before it was resumed. */
  readonly own: readonly FoundCheckpoint[];
  /** Those of other runs of the same request, newest first; they are deleted when this run completes. */
  readonly same: readonly FoundCheckpoint[];
  /** Those of other requests. */
  readonly others: readonly FoundCheckpoint[];
}

/** Groups the checkpoints. @throws UnfinishedRunError when a new run would replace checkpoints of another request */
export function groupCheckpoints(
  { out, found, overwrite }: OutputCheckpoints,
  identity: RequestIdentity,
  resumed: Resumed | null,
): CheckpointGroups {
  const groups = partition(found, identity, resumed);
  const { own, others } = groups;
  if (others.length > 0 && own.length === 0 && !overwrite) throw unfinished(out, identity, others);
  return groups;
}

function partition(
  found: readonly CheckpointFile[],
  identity: RequestIdentity,
  resumed: Resumed | null,
): CheckpointGroups {
  const groups = { own: [], same: [], others: [] } as Record<keyof CheckpointGroups, FoundCheckpoint[]>;
  const request = requestOf(identity, resumed);
  for (const one of found) {
    if ('error' in one) continue;
    const isSame = () =>
      sameTexts(one.texts, identity.texts) && differences(one, request, identity).length === 0;
    groups[resumed && isOwn(one, resumed) ? 'own' : isSame() ? 'same' : 'others'].push(one);
  }
  return groups;
}

/** The request of a run; null when it resumes from a checkpoint without one. */
export function requestOf(identity: RequestIdentity, resumed: Resumed | null): RunRequest | null {
  return resumed ? resumedRequest(resumed.run?.request ?? null, identity.explicit) : identity.request;
}

/** Whether a checkpoint belongs to the resumed run. Older checkpoints have no run id; their settings and texts are compared. */
function isOwn({ run, recipe, texts }: FoundCheckpoint, resumed: Resumed): boolean {
  if (run || resumed.run) return run?.id === resumed.run?.id;
  const differences = differentSettings(recipe, resumed.recipe).filter((name) => !CHANGEABLE.includes(name));
  return differences.length === 0 && sameTexts(texts, resumed.corpus);
}

/** The options that differ between a checkpoint's run and a request. A checkpoint without a request is compared by its recipe. */
function differences(
  { run, recipe }: FoundCheckpoint,
  request: RunRequest | null,
  { fixed }: RequestIdentity,
): string[] {
  if (run?.request && request) return differencesOf(run.request, request);
  const names = Object.keys(fixed);
  return differentSettings(recipe, { ...recipe, ...fixed }).filter((name) => names.includes(name));
}

/** Maximum number of names in an error. */
const NAMED = 5;

function unfinished(
  out: string,
  identity: RequestIdentity,
  others: readonly FoundCheckpoint[],
): UnfinishedRunError {
  const files = shortList(others.map(({ file }) => file));
  return new UnfinishedRunError('file-in-use', (nameOf) => {
    const [newest] = others;
    const different = shortList(differences(newest, identity.request, identity).map(nameOf));
    const what = sameTexts(newest.texts, identity.texts) ? `other settings (${different})` : 'another text';
    return (
      `${out} has checkpoints of an unfinished run with ${what}: ${files}; a new run would replace them. ` +
      `Resume that run with ${nameOf('resume')} latest, discard it with ${nameOf('overwrite')}, or choose another ${nameOf('out')}.`
    );
  });
}

function shortList(names: readonly string[]): string {
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  return `${names.slice(0, NAMED).join(', ')}${more}`;
}
