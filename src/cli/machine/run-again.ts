import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const FLAG = '--disable-wasm-trap-handler';

/**
 * Whether Node can make no WebAssembly memory here: under a limit of address space (`ulimit -v`), since it reserves
 * 10 GB for each to find accesses behind its end. With a flag it checks each access instead, and reserves less.
 */
export function needsBoundsChecks(): boolean {
  if (process.execArgv.includes(FLAG) || !process.allowedNodeEnvironmentFlags.has(FLAG)) return false;
  try {
    new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true });
    return false;
  } catch {
    return true;
  }
}

/** Runs this program once more with that flag. Returns its exit status. */
export function runWithBoundsChecks(): Promise<number> {
  process.stderr.write(
    'The address space is limited (ulimit -v): memory accesses are checked one by one, which is slower.\n',
  );
  const child = spawn(process.execPath, [FLAG, ...process.execArgv, ...process.argv.slice(1)], {
    stdio: 'inherit',
  });
  // Ctrl-C in a terminal reaches the child by itself.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']));
  });
}
