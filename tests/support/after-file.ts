const cleanups: (() => Promise<void>)[] = [];

/** Runs this after the last test of the file, also when it is called within a test. */
export function afterFile(cleanup: () => Promise<void>): void {
  cleanups.push(cleanup);
}

/** Called by setup.ts after each file. */
export async function cleanUp(): Promise<void> {
  for (const cleanup of cleanups.splice(0)) await cleanup();
}
