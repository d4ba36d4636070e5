import { settings } from '../../recipe/settings/settings.ts';
import { type ValueType, valueType } from './value-types.ts';

/** The source of the validation data: a file, a fraction of the training data, or none. */
export interface ValidSource {
  readonly file: string | null;
  readonly fraction: number | null;
}

const fraction = valueType(settings.validFraction.kind);

/** Reads a number as a fraction; a file named `10` must be given as `./10`. */
export const validSource: ValueType<ValidSource> = {
  needs: `a file, ${fraction.needs}`,
  parse: (text) => {
    const value = fraction.parse(text);
    if (value !== undefined) return { file: null, fraction: value };
    return Number.isNaN(Number(text)) ? { file: text, fraction: null } : undefined;
  },
};
