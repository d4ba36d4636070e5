import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const run = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { encoding: 'utf8', stdio: 'pipe' });

/** Kills a process, which may have ended since it was listed. */
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Why two hosts can't be made of network namespaces here; null if they can. */
export function hostsObstacle(): string | null {
  if (process.getuid?.() !== 0) return 'network namespaces take root';
  const name = `unrolled-${process.pid}`;
  try {
    run('ip', 'netns', 'add', name);
    run('ip', 'netns', 'del', name);
    return null;
  } catch {
    return 'network namespaces do not work here (Debian: iproute2, and the right to make them)';
  }
}

/** Two hosts on this machine, joined by a cable: network namespaces with a host name and an address each. */
export class TwoHosts {
  readonly #folder = mkdtempSync(join(tmpdir(), 'unrolled-hosts-'));
  readonly #names: readonly string[] = [1, 2].map((host) => `unr${process.pid}-${host}`);

  constructor() {
    const [one, two] = this.#names;
    for (const name of this.#names) run('ip', 'netns', 'add', name);
    run('ip', '-n', one, ...'link add cable type veth peer name cable netns'.split(' '), two);
    this.#names.forEach((name, i) => {
      run('ip', '-n', name, 'addr', 'add', `10.77.0.${i + 1}/24`, 'dev', 'cable');
      for (const device of ['cable', 'lo']) run('ip', '-n', name, 'link', 'set', device, 'up');
    });
    writeFileSync(join(this.#folder, 'hosts'), '10.77.0.1 slots=1\n10.77.0.2 slots=1\n');
    const agent = `#!/bin/bash
host=$1; shift
exec ip netns exec unr${process.pid}-\${host##*.} unshare --uts bash -c "hostname host\${host##*.}; $*"\n`;
    writeFileSync(join(this.#folder, 'agent'), agent, { mode: 0o755 });
  }

  /** A command that starts mpirun on the first host, for one rank on each; its options and the program follow. */
  get mpirun(): readonly string[] {
    const network = '10.77.0.0/24';
    const settings = {
      plm: 'rsh',
      plm_rsh_agent: join(this.#folder, 'agent'),
      btl: 'tcp,self',
      btl_tcp_if_include: network,
      oob_tcp_if_include: network,
    };
    const named = ['unshare', '--uts', 'bash', '-c', 'hostname host1; exec "$@"', '-'];
    const options = Object.entries(settings).flatMap(([name, value]) => ['--mca', name, value]);
    const mpirun = [
      'mpirun',
      '--bind-to',
      'none',
      '--hostfile',
      join(this.#folder, 'hosts'),
      '--map-by',
      'node',
    ];
    return ['ip', 'netns', 'exec', this.#names[0], ...named, ...mpirun, ...options];
  }

  /** Limits the cable, in both directions. @param rate as `tc` spells it: 1gbit */
  limit(rate: string): void {
    for (const name of this.#names) {
      run(
        'tc',
        '-n',
        name,
        ...`qdisc add dev cable root tbf rate ${rate} burst 256kb latency 50ms`.split(' '),
      );
    }
  }

  /** Pulls the cable out. */
  cut(): void {
    run('ip', '-n', this.#names[1], 'link', 'set', 'cable', 'down');
  }

  /** The processes on a host, from 0. */
  processes(host: number): readonly number[] {
    return run('ip', 'netns', 'pids', this.#names[host]).split('\n').filter(Boolean).map(Number);
  }

  /** Ends what still runs on the hosts, and removes them. */
  close(): void {
    for (const [host, name] of this.#names.entries()) {
      for (const pid of this.processes(host)) kill(pid);
      run('ip', 'netns', 'del', name);
    }
    rmSync(this.#folder, { recursive: true });
  }
}
