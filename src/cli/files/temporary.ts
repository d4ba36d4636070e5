import { readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errorCode } from '../../formats/file-error.ts';
import { isRunning, shortDigest, thisProcess } from '../machine/process-identity.ts';
import { followLinks } from './target.ts';

/** `.unrolled-HOST-PID-BEGAN.tmp`: names that no other program gives, and no other process. */
const NAME = /^\.unrolled-([0-9a-f]{8})-(\d+)-([0-9a-f]{8})\.tmp$/;

/** A name in the same folder, for what is renamed when it is whole. It doesn't grow with the file's own name. */
export function temporaryBeside(path: string): string {
  const { host, pid, began } = thisProcess();
  return join(dirname(path), `.unrolled-${shortDigest(host)}-${pid}-${began}.tmp`);
}

/** Removes the temporary files that killed processes of this machine left in the folder of a file, where it may. */
export function removeLeftovers(path: string): void {
  const folder = dirname(followLinks(path));
  try {
    for (const name of readdirSync(folder)) {
      if (isLeftover(name)) rmSync(join(folder, name), { force: true });
    }
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
  }
}

function isLeftover(name: string): boolean {
  const [, of, pid, began] = NAME.exec(name) ?? [];
  const { host } = thisProcess();
  return of === shortDigest(host) && !isRunning({ host, pid: Number(pid), began });
}
