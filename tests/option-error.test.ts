import { expect, test } from 'vitest';
import { type NameOf, OptionError, UnrolledError } from '../src/errors.ts';

const words = (nameOf: NameOf) => `${nameOf('batch')} is 0. Use a larger ${nameOf('batch')}.`;
const asFlag: NameOf = (option) => `--${option}`;

test("an option error uses the library's names, and can be spelled for another front end", () => {
  const error = new OptionError('option-value', words);
  expect(error).toBeInstanceOf(UnrolledError);
  expect(error.message).toBe('recipe: batch is 0. Use a larger batch.');
  const spelled = error.spelled(asFlag, 'train');
  expect(spelled.message).toBe('train: --batch is 0. Use a larger --batch.');
  expect(spelled).toMatchObject({ code: 'option-value', cause: error });
});

test('an error about a file begins with the file in every front end', () => {
  const error = new OptionError('file-foreign', words, 'a.safetensors');
  expect(error.message).toMatch(/^a\.safetensors: batch/);
  expect(error.spelled(asFlag, 'train').message).toMatch(/^a\.safetensors: --batch/);
});
