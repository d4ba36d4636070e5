import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { freeAddressSpace } from '../../backends/wasm/limits/address-space.ts';
import { printNotice } from '../terminal/streams.ts';

const FLAG = '--disable-wasm-trap-handler';

/** The address space for two WebAssembly memories: Node reserves 10 GB for each, to trap out-of-bounds accesses. */
const AMPLE_BYTES = 24e9;

/** Whether the address space is limited too much (`ulimit -v`) and Node has a flag that reserves less. */
export function needsBoundsChecks(): boolean {
  if (freeAddressSpace() >= AMPLE_BYTES || process.execArgv.includes(FLAG)) return false;
  return process.allowedNodeEnvironmentFlags.has(FLAG);
}

/** Whether this process may be the child of `runWithBoundsChecks`, which forwards signals to it. */
export function mayBeChildProcess(): boolean {
  return process.execArgv.includes(FLAG);
}

/** Runs this program again with explicit bounds checks, which need less address space. Returns its exit status. */
export function runWithBoundsChecks(): Promise<number> {
  printNotice('The address space is limited (ulimit -v): using explicit bounds checks, which are slower.');
  const child = spawn(process.execPath, [FLAG, ...process.execArgv, ...process.argv.slice(1)], {
    stdio: 'inherit',
  });
  // The child may also receive the signal directly, from a terminal, timeout or systemd; it counts both as one.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']));
  });
}
