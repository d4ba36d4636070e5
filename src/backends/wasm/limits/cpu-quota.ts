const ROOT = '/sys/fs/cgroup';

/**
 * The cores' worth of time that Linux gives this process through its control groups (a container's limit);
 * Infinity without a limit, and on other systems.
 *
 * @param read the text of a file; throws where there is none
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
  // No limit is 'max' in the second version, −1 in the first.
  return quota > 0 && period > 0 ? quota / period : Number.POSITIVE_INFINITY;
}

function attempt<T>(get: () => T): T | null {
  try {
    return get();
  } catch {
    return null;
  }
}
