import type { Group } from '../../distributed/group.ts';

let opened: Group | null = null;

/** From now on, all processes of the group end with this one, unless `closeGroup` is called before. */
export function abortAtEnd(group: Group): void {
  opened = group;
}

/** Ends the connection; all processes must come to this point. */
export async function closeGroup(): Promise<void> {
  await opened?.close();
  opened = null;
}

/** Ends all processes of a group that is still open: this one has failed, and its error was printed. */
export function abortOpenGroup(): void {
  opened?.abort();
  opened = null;
}
