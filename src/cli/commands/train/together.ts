import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { broadcastJson } from '../../../distributed/agreement.ts';
import type { Group } from '../../../distributed/group.ts';
import { readResumed } from '../../../recipe/run/checkpoints.ts';
import { FollowerStore } from '../../../recipe/run/parallel/follower-store.ts';
import type { Resumed } from '../../../recipe/run/read-checkpoint.ts';
import { MemoryStore, type Store } from '../../../recipe/store.ts';
import { FileStore } from '../../files/run/file-store.ts';
import { checkReadableByAll } from '../../files/standard-input.ts';
import type { Request } from './request.ts';

/** The files of the run, which only rank 0 reads and writes. */
export function storeOf({ rank }: Group, out: string | null = null): Store {
  return rank === 0 ? new FileStore(out) : new FollowerStore();
}

/**
 * A rank's request: those after 0 read the texts alone, and write none but temporary files.
 * @throws {UnrolledError} `option-conflict` when several processes would read a text from standard input
 */
export function requestOf({ rank, size }: Group, request: Request): Request {
  const { files, valid, test } = request;
  if (size > 1) checkReadableByAll('train', [...files, valid?.file, test], size);
  if (rank === 0) return request;
  const out = join(tmpdir(), `unrolled-${process.pid}.safetensors`);
  return { ...request, out, init: undefined, tokenizer: undefined, log: undefined, quiet: true };
}

/** The checkpoint that rank 0 reads, on all ranks. */
export async function shareResumed(
  group: Group,
  { out, verify }: Request,
  read: () => Promise<Resumed>,
): Promise<Resumed> {
  if (group.rank === 0) {
    const resumed = await read();
    if (group.size === 1) return resumed;
    await broadcastJson(group, resumed.file);
    await group.broadcast(new FileStore().read(resumed.file));
    return resumed;
  }
  const store = new MemoryStore();
  const file = await broadcastJson<string>(group, null);
  store.write(file, await group.broadcast(new Uint8Array()));
  return await readResumed(store, out, file, { verify });
}
