import { describe, expect, test } from 'vitest';
import { routes } from '../../../src/serving/node/routes.ts';
import { words } from '../../support/completions.ts';
import { violations } from '../../support/json-schema.ts';
import { savedModel } from '../../support/served.ts';
import { type Answered, ask, type Json, openServer, post } from '../../support/server.ts';

const { url } = await openServer({ words, bytes: savedModel('byte') });
const { body: document } = await ask(`${url}/openapi.json`);
const { schemas } = document.components;

/** The schema that the document has for an answer, which must have one for its status and type. */
function schemaOf(method: string, path: string, { status, headers }: Answered): Json {
  const { responses } = document.paths[path][method];
  const [type] = headers.get('content-type')!.split(';');
  expect(responses[status]?.content, `${path} ${status}`).toHaveProperty([type]);
  return responses[status].content[type].schema;
}

function conforms(method: string, path: string, answer: Answered): void {
  const schema = schemaOf(method, path, answer);
  if (answer.body !== undefined) expect(violations(answer.body, schema, schemas)).toEqual([]);
}

test('the OpenAPI document has each route', () => {
  expect(document).toMatchObject({ openapi: '3.1.0', info: { version: '1.2.3' } });
  const documented = Object.entries<Json>(document.paths).flatMap(([path, methods]) => {
    return Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`);
  });
  expect(documented).toEqual(routes.map(({ method, path }) => `${method} ${path}`));
  const ids = Object.values<Json>(document.paths).flatMap((methods) => Object.values<Json>(methods));
  expect(new Set(ids.map(({ operationId }) => operationId)).size).toBe(routes.length);
});

describe('the document has each field, with its description, of', () => {
  const posts = routes.filter(({ fields }) => fields !== undefined);
  test.each(posts.map(({ path }) => path))('%s', async (path) => {
    const { body } = await post(url + path, { '?': 1 });
    const names = /its fields are (.*)\. Remove it\.$/.exec(body.error.message)![1].split(', ');
    const schema = document.paths[path].post.requestBody.content['application/json'].schema;
    expect(Object.keys(schema.properties)).toEqual(names);
    expect(schema.additionalProperties).toBe(false);
    for (const [name, field] of Object.entries<Json>(schema.properties)) {
      expect(field.description, name).toMatch(/^[A-Z].*\.$/);
      const ignored = field.description === 'Accepted and ignored.';
      expect(Object.keys(field).length, name).toBeGreaterThan(ignored ? 0 : 1);
    }
  });

  test('limits, defaults and nesting included', () => {
    const { properties } =
      document.paths['/v1/completions'].post.requestBody.content['application/json'].schema;
    expect(properties.n).toMatchObject({ type: ['integer', 'null'], minimum: 1, maximum: 128, default: 1 });
    expect(properties.temperature).toMatchObject({ type: ['number', 'null'], minimum: 0, maximum: 100 });
    expect(properties.suffix).toMatchObject({ enum: ['', null] });
    expect(Object.keys(properties.stream_options.properties)).toContain('include_usage');
    const score = document.paths['/v1/score'].post.requestBody.content['application/json'].schema;
    expect(score.required).toEqual(['text']);
    expect(score.properties.state.anyOf).toEqual([{ enum: ['carry', 'line'] }, { type: 'null' }]);
  });
});

describe('answers are as documented:', () => {
  const model = 'words';
  test.each<[string, object]>([
    ['/v1/completions', { model, prompt: 'the unicorn', n: 2, logprobs: 2, echo: true }],
    ['/v1/completions', { model, stop: 'the' }],
    ['/v1/completions', { model, stream: true }],
    ['/v1/completions', { model, n: 0 }],
    ['/v1/completions', { model: 'nobody' }],
    ['/v1/chat/completions', { messages: [] }],
    ['/v1/responses', {}],
    ['/v1/score', { model, text: 'the old cat', alternatives: 1 }],
    ['/v1/score', { model, text: 'the '.repeat(5000) }],
    ['/v1/suggest', { model, text: 'the c' }],
    ['/tokenize', { model, prompt: 'the old' }],
    ['/detokenize', { model, tokens: [1, 2] }],
  ])('%s %j', async (path, body) => conforms('post', path, await post(url + path, body)));

  test('GET routes', async () => {
    for (const { method, path } of routes) {
      if (method !== 'GET') continue;
      const names = path.includes('{model}') ? ['words', 'nobody'] : [''];
      for (const name of names) {
        const query = path === '/tokenizer_info' ? '?model=bytes' : '';
        conforms('get', path, await ask(url + path.replace('{model}', name) + query));
      }
    }
  });
});
