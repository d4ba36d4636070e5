import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { errorCodes, UnrolledError } from '../../src/errors.ts';
import { ApiError, toApiError } from '../../src/serving/api-error.ts';

const docs = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
const sentence = /`unrolled serve` answers (.*?) with\s+status 400/s.exec(docs)?.[1] ?? '';
const mistakes = [...sentence.matchAll(/`([a-z-]+)`/g)].map(([, code]) => code);

test.each(errorCodes)('an error with the code %s has the status documented in docs/errors.md', (code) => {
  const told = toApiError(new UnrolledError(code, 'where: what.'));
  const isMistake = mistakes.includes(code);
  expect(told).toMatchObject(
    isMistake
      ? { status: 400, code: 'invalid_value', message: 'where: what.' }
      : { status: 500, code: 'internal_error' },
  );
  if (!isMistake) expect(told.message).not.toContain('where');
});

test('some codes are client errors, most are not', () => {
  expect(mistakes).toEqual(expect.arrayContaining(['option-value', 'id-range', 'text-empty']));
  for (const ours of ['not-finite', 'diverged', 'memory', 'thread-failed', 'weights']) {
    expect(mistakes).not.toContain(ours);
  }
});

test('any other exception is a server error, and an ApiError is unchanged', () => {
  for (const bug of [new TypeError('x'), new DOMException('x'), 'x', undefined]) {
    expect(toApiError(bug)).toMatchObject({ status: 500, code: 'internal_error' });
  }
  const error = new ApiError(404, 'not_found', 'x');
  expect(toApiError(error)).toBe(error);
});

test("its JSON has the format of OpenAI's API", () => {
  const types = [400, 401, 429, 500].map((status) => {
    return JSON.parse(JSON.stringify(new ApiError(status, 'a_code', 'What.', { param: 'n' })));
  });
  expect(types).toEqual(
    ['invalid_request_error', 'authentication_error', 'rate_limit_error', 'server_error'].map((type) => ({
      error: { message: 'What.', type, param: 'n', code: 'a_code' },
    })),
  );
  const long = new ApiError(400, 'a_code', 'What.', { param: 'x'.repeat(100_000) });
  expect(JSON.stringify(long).length).toBeLessThan(200);
});
