import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { errorCode } from '../../formats/file-error.ts';

/** Identifies a process, even after the system has reused its pid. */
export interface ProcessIdentity {
  readonly host: string;
  readonly pid: number;
  /** Eight hexadecimal digits derived from the start time; zeros if it is unknown. */
  readonly began: string;
}

const UNKNOWN = '00000000';

let own: ProcessIdentity | undefined;

export function thisProcess(): ProcessIdentity {
  own ??= { host: hostname(), pid: process.pid, began: beganOf(process.pid) ?? UNKNOWN };
  return own;
}

/** Whether a process is running; null for a process of another machine. */
export function isRunning({ host, pid, began }: ProcessIdentity): boolean | null {
  if (host !== thisProcess().host) return null;
  if (!exists(pid)) return false;
  const now = beganOf(pid);
  return now !== null && (began === UNKNOWN || [began, UNKNOWN].includes(now));
}

/** A digest of eight hexadecimal digits, for file names. */
export function shortDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) !== 'ESRCH';
  }
}

/** The start of a process; null for a zombie, which has ended. */
function beganOf(pid: number): string | null {
  if (process.platform === 'win32') return UNKNOWN;
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').slice(0, 8);
    // The program name, in parentheses, may contain any character.
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ');
    return /[ZX]/.test(fields[0]) ? null : shortDigest(`${boot}-${fields[19]}`);
  } catch {
    return beganByPs(pid);
  }
}

function beganByPs(pid: number): string {
  try {
    const stdio = ['ignore', 'pipe', 'ignore'] as const;
    const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
    return shortDigest(
      execFileSync('ps', ['-o', 'lstart=', '-p', `${pid}`], { stdio: [...stdio], env }).toString(),
    );
  } catch {
    return UNKNOWN;
  }
}
