import { ApiError, startOf } from '../api-error.ts';
import { completionFields } from '../completions/fields.ts';
import { scoreFields, scoreLazily } from '../score.ts';
import { suggest, suggestFields } from '../suggest.ts';
import { detokenize, detokenizeFields, tokenizeFields, tokenizeLazily } from '../tokens/tokenize.ts';
import * as handlers from './handlers.ts';
import { openApi } from './openapi/document.ts';
import type { Route } from './route.ts';

const { answering, refuseChat, showHealth } = handlers;

const health = { run: showHealth, open: true, answer: 'Health', statuses: [200, 503] } as const;

/** The endpoints. */
export const routes: readonly Route[] = [
  get('/v1/models', { run: handlers.showModels, summary: 'List the models', answer: 'ModelList' }),
  get('/v1/models/{model}', { run: handlers.showOneModel, summary: 'Show a model', answer: 'Model' }),
  post('/v1/completions', {
    run: handlers.completions,
    summary: 'Complete prompts',
    fields: completionFields,
    answer: 'Completion',
    streams: true,
  }),
  post('/v1/chat/completions', {
    run: refuseChat,
    summary: 'Not supported: the models continue texts',
    answer: null,
  }),
  post('/v1/responses', {
    run: refuseChat,
    summary: 'Not supported: the models continue texts',
    answer: null,
  }),
  post('/v1/score', {
    run: answering(scoreLazily),
    summary: 'Compute the surprisal of each token of a text',
    fields: () => scoreFields,
    answer: 'Score',
  }),
  post('/v1/suggest', {
    run: answering(suggest),
    summary: 'Suggest the most likely next tokens or words',
    fields: () => suggestFields,
    answer: 'Suggestions',
  }),
  post('/tokenize', {
    run: answering(tokenizeLazily),
    summary: 'Encode a text as token ids',
    fields: () => tokenizeFields,
    answer: 'TokenIds',
  }),
  post('/detokenize', {
    run: answering(detokenize),
    summary: 'Decode token ids',
    fields: () => detokenizeFields,
    answer: 'Text',
  }),
  get('/tokenizer_info', {
    run: handlers.showTokenizer,
    summary: 'Describe a tokenizer',
    query: ['model'],
    answer: 'TokenizerInfo',
  }),
  get('/health', { ...health, summary: 'Report the status; 503 during shutdown' }),
  get('/v1/health', { ...health, summary: 'Another path of /health' }),
  get('/version', {
    run: handlers.showVersion,
    open: true,
    summary: 'Report the version',
    answer: 'Version',
  }),
  get('/metrics', { run: handlers.showMetrics, summary: 'Metrics in the Prometheus format', answer: 'text' }),
  get('/openapi.json', {
    run: async (exchange, service, settings) => exchange.send(200, openApi(routes, service, settings)),
    open: true,
    summary: 'This document',
    answer: 'Document',
  }),
];

function get(path: string, route: Omit<Route, 'method' | 'path'>): Route {
  return { method: 'GET', path, ...route };
}

function post(path: string, route: Omit<Route, 'method' | 'path'>): Route {
  return { method: 'POST', path, ...route };
}

/** Finds the route of a request. Throws a 404 or 405 if there is none. */
export function routeOf(method: string, path: string): Route {
  const there = routes.filter((route) => matches(route.path, path));
  // HEAD is handled like GET; Node omits the body.
  const asked = method === 'HEAD' ? 'GET' : method;
  const found = there.find((route) => route.method === asked);
  if (found) return found;
  if (there.length === 0) {
    const all = routes.map((route) => `${route.method} ${route.path}`).join(', ');
    throw new ApiError(
      404,
      'not_found',
      `There is no endpoint ${JSON.stringify(startOf(path, 80))}; the endpoints are ${all}.`,
    );
  }
  const allow = there[0].method;
  throw new ApiError(405, 'method_not_allowed', `${startOf(path, 80)} takes ${allow} only.`, {
    headers: { allow },
  });
}

function matches(pattern: string, path: string): boolean {
  const start = pattern.replace('{model}', '');
  if (start === pattern) return path === pattern;
  return path.startsWith(start) && path.length > start.length && !path.slice(start.length).includes('/');
}
