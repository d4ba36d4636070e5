import { STATUS_CODES } from 'node:http';
import type { Schema } from '../../fields.ts';
import type { Service } from '../../service.ts';
import type { Route, RouteSettings } from '../route.ts';
import { answers } from './answers.ts';
import { schemaOfFields } from './field-schemas.ts';

/** Statuses of errors: of all endpoints, of those that need a key, of those that name a model, and of those that read a body. */
const ERRORS = { all: [400, 403, 500, 503], locked: [401], named: [404], body: [408, 413, 415, 429] };

/** The OpenAPI document of a server (https://spec.openapis.org/oas/v3.1.0), from its routes and their tables of fields. */
export function openApi(routes: readonly Route[], service: Service, settings: RouteSettings): object {
  const paths = routes.map((route) => {
    return [route.path, { [route.method.toLowerCase()]: operationOf(route, service, settings) }];
  });
  return {
    openapi: '3.1.0',
    info: { title: 'Unrolled', version: settings.version },
    paths: Object.fromEntries(paths),
    components: {
      schemas: answers,
      securitySchemes: { key: { type: 'http', scheme: 'bearer' } },
    },
  };
}

function operationOf(route: Route, service: Service, { lenient }: RouteSettings): object {
  const { path, method, summary, fields, open } = route;
  const parameters = parametersOf(route);
  return {
    summary,
    operationId: `${method.toLowerCase()}${path.replace(/[^a-z]+(.)?/g, (_, next = '') => next.toUpperCase())}`,
    ...(parameters.length > 0 && { parameters }),
    ...(fields && {
      requestBody: { required: true, content: json(schemaOfFields(fields(service.limits), lenient)) },
    }),
    responses: responsesOf(route),
    // The empty requirement: a server without keys needs none.
    security: open ? [] : [{ key: [] }, {}],
  };
}

function parametersOf({ path, query = [] }: Route): object[] {
  const schema = { type: 'string' };
  const inPath = Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema,
  }));
  return [...inPath, ...query.map((name) => ({ name, in: 'query', schema }))];
}

function responsesOf(route: Route): object {
  const { statuses = route.answer === null ? [] : [200], open } = route;
  const isNamed = parametersOf(route).length > 0 || route.fields !== undefined;
  const errors = [
    ...ERRORS.all,
    ...(open ? [] : ERRORS.locked),
    ...(isNamed ? ERRORS.named : []),
    ...(route.fields ? ERRORS.body : []),
  ];
  const error = json({ $ref: '#/components/schemas/Error' });
  return Object.fromEntries([
    ...errors.map((status) => [status, { description: STATUS_CODES[status], content: error }]),
    ...statuses.map((status) => [status, { description: STATUS_CODES[status], content: contentOf(route) }]),
  ]);
}

function contentOf({ answer, streams }: Route): object {
  if (answer === 'text') return { 'text/plain': { schema: { type: 'string' } } };
  const events = streams && { 'text/event-stream': {} };
  return { ...json({ $ref: `#/components/schemas/${answer}` }), ...events };
}

function json(schema: Schema): object {
  return { 'application/json': { schema } };
}
