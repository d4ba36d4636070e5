import { settings } from '../../recipe/settings/settings.ts';
import { type ValueType, valueType } from './value-types.ts';

/** Where the validation text comes from: a file, the end of the training text, or nowhere. */
export interface ValidSource {
  readonly file: string | null;
  readonly fraction: number | null;
}

const fraction = valueType(settings.validFraction.kind);

/** A number is a fraction; a file whose name is a number is written ./10. */
export const validSource: ValueType<ValidSource> = {
  needs: `a file, ${fraction.needs}`,
  parse: (text) => {
    const value = fraction.parse(text);
    if (value !== undefined) return { file: null, fraction: value };
    return Number.isNaN(Number(text)) ? { file: text, fraction: null } : undefined;
  },
};
