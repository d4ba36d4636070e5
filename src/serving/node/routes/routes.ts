import { ApiError } from '../../api-error.ts';
import type { Service } from '../../service.ts';
import type { Exchange } from '../http/exchange.ts';
import { completions } from './completions.ts';
import { health, metrics } from './health.ts';
import { listModels, showModel } from './models.ts';
import { score } from './score.ts';
import { suggest } from './suggest.ts';

export interface Route {
  /** As it is counted. */
  readonly path: string;
  readonly method: 'GET' | 'POST';
  /** Whether it answers without a key, for what looks after the server. */
  readonly open?: boolean;
  readonly run: (exchange: Exchange, service: Service) => Promise<void>;
}

const routes: readonly Route[] = [
  { method: 'GET', path: '/v1/models', run: listModels },
  { method: 'GET', path: '/v1/models/{model}', run: showModel },
  { method: 'POST', path: '/v1/completions', run: completions },
  { method: 'POST', path: '/v1/score', run: score },
  { method: 'POST', path: '/v1/suggest', run: suggest },
  { method: 'GET', path: '/health', run: health, open: true },
  { method: 'GET', path: '/metrics', run: metrics },
];

/** Throws the 404 or 405 where there is none. */
export function routeOf(method: string, path: string): Route {
  const there = routes.filter((route) => matches(route.path, path));
  // Of an answer to HEAD, the body stays here.
  const asked = method === 'HEAD' ? 'GET' : method;
  const found = there.find((route) => route.method === asked);
  if (found) return found;
  if (there.length === 0) {
    const all = routes.map((route) => `${route.method} ${route.path}`).join(', ');
    throw new ApiError(
      404,
      'not_found',
      `There is nothing at ${JSON.stringify(path.slice(0, 80))}; there are ${all}.`,
    );
  }
  const allow = there[0].method;
  throw new ApiError(405, 'method_not_allowed', `${path.slice(0, 80)} takes ${allow} alone.`, {
    headers: { allow },
  });
}

function matches(pattern: string, path: string): boolean {
  const start = pattern.replace('{model}', '');
  if (start === pattern) return path === pattern;
  return path.startsWith(start) && path.length > start.length && !path.slice(start.length).includes('/');
}
