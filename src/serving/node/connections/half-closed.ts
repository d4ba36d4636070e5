import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * A client that has closed its side may still read, or may be gone; TCP reveals which only when the server writes. A response
 * that takes longer than this is therefore preceded by interim responses.
 */
const PROBE_MS = 500;

/**
 * After the client has closed its side, sends `102 Processing` until the response starts, so that the connection closes if the
 * client is gone.
 */
export function probeHalfClosed({ socket, httpVersion }: IncomingMessage, response: ServerResponse): void {
  if (httpVersion === '1.0') return; // no interim responses
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
