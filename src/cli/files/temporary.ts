import { readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errorCode } from '../../formats/file-error.ts';
import { isRunning, shortDigest, thisProcess } from '../machine/process-identity.ts';
import { followLinks } from './target.ts';

/** `.unrolled-HOST-PID-BEGAN.tmp`: unique to this program and process. */
const NAME = /^\.unrolled-([0-9a-f]{8})-(\d+)-([0-9a-f]{8})\.tmp$/;

/** A temporary name in the same folder, for a file to be renamed when complete. Its length doesn't depend on the file's name. */
export function temporaryBeside(path: string): string {
  const { host, pid, began } = thisProcess();
  return join(dirname(path), `.unrolled-${shortDigest(host)}-${pid}-${began}.tmp`);
}

/** Removes temporary files that killed processes of this machine left in a file's folder, as far as permitted. */
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
