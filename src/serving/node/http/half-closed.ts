import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * A client that has ended its side may still read, or be gone: TCP tells the two apart only when the server writes. So
 * an answer that takes longer than this is preceded by interim responses.
 */
const PROBE_MS = 500;

/**
 * Once the client has ended its side, sends `102 Processing` until the answer begins, so that the connection closes
 * where the client is gone.
 */
export function probeHalfClosed({ socket, httpVersion }: IncomingMessage, response: ServerResponse): void {
  if (httpVersion === '1.0') return; // it has no interim responses
  let timer: NodeJS.Timeout | undefined;
  const probe = () => {
    if (!response.headersSent) response.writeProcessing();
  };
  const start = () => {
    timer = setInterval(probe, PROBE_MS);
  };
  if (socket.readableEnded) start();
  else socket.once('end', start);
  response.once('close', () => {
    socket.off('end', start);
    clearInterval(timer);
  });
}
