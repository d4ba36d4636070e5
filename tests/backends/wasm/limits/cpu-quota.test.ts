import { expect, test } from 'vitest';
import { cpuQuota } from '../../../../src/backends/wasm/limits/cpu-quota.ts';

const quotaOf = (files: Record<string, string>): number =>
  cpuQuota((path) => {
    if (files[path] === undefined) throw new Error(`${path} is missing`);
    return files[path];
  });

test.each([
  ['no control groups', {}, Number.POSITIVE_INFINITY],
  ['no limit', { '/sys/fs/cgroup/cpu.max': 'max 100000\n' }, Number.POSITIVE_INFINITY],
  ["a container's limit", { '/sys/fs/cgroup/cpu.max': '250000 100000\n' }, 2.5],
  [
    'the least of the groups above the process',
    {
      '/proc/self/cgroup': '0::/user.slice/job\n',
      '/sys/fs/cgroup/user.slice/cpu.max': '150000 100000\n',
      '/sys/fs/cgroup/user.slice/job/cpu.max': '400000 100000\n',
    },
    1.5,
  ],
  [
    'the first version',
    {
      '/proc/self/cgroup': '5:memory:/box\n4:cpu,cpuacct:/box\n',
      '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n',
      '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
      '/sys/fs/cgroup/cpu/box/cpu.cfs_quota_us': '300000\n',
      '/sys/fs/cgroup/cpu/box/cpu.cfs_period_us': '100000\n',
    },
    3,
  ],
])('the CPU quota of %s', (_, files, cores) => {
  expect(quotaOf(files)).toBe(cores);
});
