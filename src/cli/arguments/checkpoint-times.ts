import type { CheckpointTimes } from '../../training/train.ts';
import type { ValueType } from './value-types.ts';

const seconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/** `500` steps, or a time: `30s`, `5m`, `1h`. */
export const checkpointTimes: ValueType<CheckpointTimes> = {
  needs: 'a number of steps such as 500, or a time such as 30s, 5m or 1h',
  parse: (text) => {
    const [, digits, unit] = /^(\d+)([smh]?)$/.exec(text) ?? [];
    const number = Number(digits);
    if (!(number > 0)) return undefined;
    return unit ? { seconds: number * seconds[unit] } : { steps: number };
  },
};
