const ROOT = '/sys/fs/cgroup';

/**
 * The CPU quota of this process's Linux control groups (a container's limit), in cores; Infinity without a limit, and on
 * other systems.
 *
 * @param read returns the text of a file; throws if there is none
 */
export function cpuQuota(read: (path: string) => string): number {
  const lines = attempt(() => read('/proc/self/cgroup')) ?? '';
  const groups = [...lines.matchAll(/^\d+:(?:[^:]*\bcpu\b[^:]*)?:(.*)$/gm)].flatMap(([, path]) =>
    ancestorsOf(path),
  );
  return ['', ...groups].reduce(
    (least, group) => Math.min(least, quotaOf(group, read)),
    Number.POSITIVE_INFINITY,
  );
}

/** `/a/b`, `/a` */
function ancestorsOf(path: string): string[] {
  const names = path.split('/').filter((name) => name !== '');
  return names.map((_, i) => `/${names.slice(0, i + 1).join('/')}`);
}

function quotaOf(group: string, read: (path: string) => string): number {
  const [quota, period] =
    attempt(() => read(`${ROOT}${group}/cpu.max`).split(' ').map(Number)) ??
    attempt(() =>
      ['quota', 'period'].map((name) => Number(read(`${ROOT}/cpu${group}/cpu.cfs_${name}_us`))),
    ) ??
    [];
  // 'max' (cgroup v2) and −1 (v1) mean no limit.
  return quota > 0 && period > 0 ? quota / period : Number.POSITIVE_INFINITY;
}

function attempt<T>(get: () => T): T | null {
  try {
    return get();
  } catch {
    return null;
  }
}
