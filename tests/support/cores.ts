const system = { fs: process.getBuiltinModule('node:fs'), os: process.getBuiltinModule('node:os') };

/** From here on the library finds so many cores, whatever this machine has and grants: teams of threads are no larger. */
export function pretendCores(count: number): void {
  system.os.availableParallelism = () => count;
  const read = system.fs.readFileSync;
  system.fs.readFileSync = ((path: unknown, ...rest: []) => {
    if (String(path).startsWith('/sys/fs/cgroup')) throw new Error('no control groups here');
    return read(path as string, ...rest);
  }) as typeof read;
}
