import type { ValueType } from './value-types.ts';

/** Where the validation text comes from: a file, the end of the training text, or nowhere. */
export interface ValidSource {
  readonly file: string | null;
  readonly fraction: number | null;
}

/** A number is a share; a file whose name is a number is written ./10. */
export const validSource: ValueType<ValidSource> = {
  needs: 'a file, a share between 0 and 1, or none',
  parse: (text) => {
    if (text === 'none') return { file: null, fraction: null };
    const number = Number(text);
    if (Number.isNaN(number)) return { file: text, fraction: null };
    return number > 0 && number < 1 ? { file: null, fraction: number } : undefined;
  },
};
