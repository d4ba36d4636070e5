import { UnrolledError } from '../../../errors.ts';
import { errorCode } from '../../../formats/file-error.ts';

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use; it needs a free one. Choose another --port',
  EACCES: 'ports below 1024 need elevated privileges; use 1024 or above. Choose another --port',
  EADDRNOTAVAIL: 'this machine does not have the address. Choose another --host',
  ENOTFOUND: 'the host name is unknown; it needs an address of this machine. Choose another --host',
};

/** The error of a server that can't listen. */
export function notListening(command: string, host: string, port: number, error: unknown): unknown {
  const code = errorCode(error);
  if (code === undefined) return error;
  return new UnrolledError(
    'address',
    `${command}: ${host}, port ${port}: ${REASONS[code] ?? `the system reports ${code}. Choose another --host or --port`}.`,
  );
}
