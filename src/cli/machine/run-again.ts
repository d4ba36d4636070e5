import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { freeAddressSpace } from '../../backends/wasm/limits/address-space.ts';
import { say } from '../terminal/streams.ts';

const FLAG = '--disable-wasm-trap-handler';

/** What a Node needs that reserves 10 GB for each WebAssembly memory, to find accesses behind its end; for two. */
const AMPLE_BYTES = 24e9;

/** Whether a limit of address space (`ulimit -v`) leaves too little, where Node has a flag for just that. */
export function needsBoundsChecks(): boolean {
  const isThere = process.allowedNodeEnvironmentFlags.has(FLAG) && !process.execArgv.includes(FLAG);
  return isThere && freeAddressSpace() < AMPLE_BYTES;
}

/** Whether another process of ours may stand before this one, which passes on the signals that it gets. */
export function mayBeRunAgain(): boolean {
  return process.execArgv.includes(FLAG);
}

/** Runs this program once more with the flag: each memory access is checked, and less is reserved. Returns its exit status. */
export function runWithBoundsChecks(): Promise<number> {
  say('The address space is limited (ulimit -v): memory accesses are checked one by one, which is slower.');
  const child = spawn(process.execPath, [FLAG, ...process.execArgv, ...process.argv.slice(1)], {
    stdio: 'inherit',
  });
  // What a terminal, timeout or systemd sends reaches the child by itself too; the child counts both as one.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']));
  });
}
