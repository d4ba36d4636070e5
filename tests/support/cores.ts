const system = { fs: process.getBuiltinModule('node:fs'), os: process.getBuiltinModule('node:os') };

/**
 * From here on the library finds so many cores, whatever this machine has and grants: teams of threads are no larger.
 * Returns a function that undoes it.
 */
export function pretendCores(count: number): () => void {
  const { availableParallelism } = system.os;
  const read = system.fs.readFileSync;
  system.os.availableParallelism = () => count;
  system.fs.readFileSync = ((path: unknown, ...rest: []) => {
    if (String(path).startsWith('/sys/fs/cgroup')) throw new Error('no control groups here');
    return read(path as string, ...rest);
  }) as typeof read;
  return () => {
    system.os.availableParallelism = availableParallelism;
    system.fs.readFileSync = read;
  };
}
