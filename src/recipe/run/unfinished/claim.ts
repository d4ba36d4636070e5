import { OptionError } from '../../option-error.ts';
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

/** The checkpoints that stand beside a model file when a run begins. */
export interface OutputCheckpoints {
  readonly out: string;
  /** The newest first. */
  readonly found: readonly CheckpointFile[];
  /** Whether the unfinished work of other requests may go. */
  readonly overwrite: boolean;
}

/** The name of a model file that one run has for itself. */
export interface Claim extends OutputCheckpoints {
  /** A second call does nothing. */
  readonly release: Unlock;
}

/** Locks the name of a model file for a run. @throws `file-in-use` when another run has it */
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
 * Finds out whether a run may begin, without taking its place: nothing where its store isn't known yet.
 * @throws `file-in-use` when another run is there, or the unfinished work of another request
 */
export async function checkOutput(
  { store, out, overwrite = false }: { store?: Store; out: string; overwrite?: boolean | undefined },
  asked: RequestIdentity,
  resumed: Resumed | null,
): Promise<void> {
  if (!store) return;
  await store.checkUnlocked?.(out);
  groupCheckpoints({ out, found: await findCheckpoints(store, out), overwrite }, asked, resumed);
}

/** Checkpoints of another request stand beside the model file. */
export class UnfinishedRunError extends OptionError {}

/** What a run may do with the checkpoints that stood beside its model file. */
export interface CheckpointGroups {
  /** Of this very run, before it was resumed. */
  readonly own: readonly FoundCheckpoint[];
  /** Of other runs of the same request: they go when this one has come to its end. The newest first. */
  readonly same: readonly FoundCheckpoint[];
  /** Of other requests. */
  readonly others: readonly FoundCheckpoint[];
}

/** @throws UnfinishedRunError where a new run would replace the unfinished work of another request */
export function groupCheckpoints(
  { out, found, overwrite }: OutputCheckpoints,
  asked: RequestIdentity,
  resumed: Resumed | null,
): CheckpointGroups {
  const beside = partition(found, asked, resumed);
  const { own, others } = beside;
  if (others.length > 0 && own.length === 0 && !overwrite) throw unfinished(out, asked, others);
  return beside;
}

function partition(
  found: readonly CheckpointFile[],
  asked: RequestIdentity,
  resumed: Resumed | null,
): CheckpointGroups {
  const beside = { own: [], same: [], others: [] } as Record<keyof CheckpointGroups, FoundCheckpoint[]>;
  const request = requestOf(asked, resumed);
  for (const one of found) {
    if ('error' in one) continue;
    const isSame = () => sameTexts(one.texts, asked.texts) && differences(one, request, asked).length === 0;
    beside[resumed && isOwn(one, resumed) ? 'own' : isSame() ? 'same' : 'others'].push(one);
  }
  return beside;
}

/** Null for a run that was resumed from a checkpoint that doesn't say. */
export function requestOf(asked: RequestIdentity, resumed: Resumed | null): RunRequest | null {
  return resumed ? resumedRequest(resumed.run?.request ?? null, asked.explicit) : asked.request;
}

/** An older checkpoint names no run: it is of the same where all that it says agrees. */
function isOwn({ run, recipe, texts }: FoundCheckpoint, resumed: Resumed): boolean {
  if (run || resumed.run) return run?.id === resumed.run?.id;
  const differences = differentSettings(recipe, resumed.recipe).filter((name) => !CHANGEABLE.includes(name));
  return differences.length === 0 && sameTexts(texts, resumed.corpus);
}

/** The options in which a checkpoint's run differs. One that says of no request is judged by its recipe. */
function differences(
  { run, recipe }: FoundCheckpoint,
  request: RunRequest | null,
  { fixed }: RequestIdentity,
): string[] {
  if (run?.request && request) return differencesOf(run.request, request);
  const names = Object.keys(fixed);
  return differentSettings(recipe, { ...recipe, ...fixed }).filter((name) => names.includes(name));
}

const NAMED = 5;

function unfinished(
  out: string,
  asked: RequestIdentity,
  others: readonly FoundCheckpoint[],
): UnfinishedRunError {
  const files = shortList(others.map(({ file }) => file));
  return new UnfinishedRunError('file-in-use', (nameOf) => {
    const [newest] = others;
    const different = shortList(differences(newest, asked.request, asked).map(nameOf));
    const what = sameTexts(newest.texts, asked.texts) ? `other settings (${different})` : 'another text';
    return (
      `beside ${out} stands the unfinished run of ${what}: ${files}; a new run needs a place of its own. ` +
      `Resume that one with ${nameOf('resume')} latest, give it up with ${nameOf('overwrite')}, or choose another ${nameOf('out')}.`
    );
  });
}

function shortList(names: readonly string[]): string {
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  return `${names.slice(0, NAMED).join(', ')}${more}`;
}
