import type { Service } from '../../serving/service.ts';
import { count, plural } from '../terminal/format.ts';
import type { StatusLine } from '../terminal/status-line.ts';

const EVERY_MS = 1000;

/** Shows the load of the server on a terminal. @returns a function that stops it */
export function watch({ admission, metrics }: Service, line: StatusLine): () => void {
  if (!line.live) return () => {};
  let before = metrics.tokens;
  const timer = setInterval(() => {
    const { streams, queued } = admission;
    const written = metrics.tokens - before;
    before = metrics.tokens;
    const waiting = queued > 0 ? `, ${plural(queued, 'request')} waiting` : '';
    const speed = `${count((1000 * written) / EVERY_MS)} tokens/s`;
    line.show(
      `${plural(streams, 'active completion')}${waiting}, ${speed}; ${plural(metrics.requests, 'request')} answered`,
    );
  }, EVERY_MS);
  return () => {
    clearInterval(timer);
    line.clear();
  };
}
