import { OptionError } from '../../errors.ts';
import type { Kind } from '../../kinds.ts';
import { Pace } from '../../training/schedules/pace.ts';
import type { Recipe } from '../recipe.ts';

/** A length that was planned until a step, both in steps. */
interface PlannedLength {
  readonly steps: number;
  readonly until: number;
}

/** The lengths that a run had before its last one: `4200:420,5800:2600`, each with the step until which it was planned. */
export const plannedLengths: Kind<string> = {
  form: 'text',
  needs: 'STEPS:UNTIL, or several such as 4200:420,5800:2600 in the order of their steps',
  accepts: (value): value is string => typeof value === 'string' && isOrdered(lengthsIn(value)),
};

/** The text of the lengths with one more. */
export function withLength(planned: string | undefined, { steps, until }: PlannedLength): string {
  return [...(planned === undefined ? [] : [planned]), `${steps}:${until}`].join(',');
}

/** Sets `epochs` to the number that `maxSteps` starts, when it is given. */
export function withEpochs(recipe: Recipe, stepsPerEpoch: number): Recipe {
  const { maxSteps } = recipe;
  return maxSteps === undefined ? recipe : { ...recipe, epochs: Math.ceil(maxSteps / stepsPerEpoch) };
}

/** The last step at which the length changed; 0 if it never did. */
export function lastChange({ planned }: Pick<Recipe, 'planned'>): number {
  return lengthsIn(planned)?.at(-1)?.until ?? 0;
}

/** The length of a recipe's run in steps, with its changes. @throws {OptionError} `option-value` for one that can't be counted exactly */
export function paceOf({ planned, maxSteps, epochs }: Recipe, stepsPerEpoch: number): Pace {
  const lengths = lengthsIn(planned) ?? [];
  const last = stepsOf({ epochs, maxSteps }, stepsPerEpoch);
  const pace = new Pace(lengths[0]?.steps ?? last);
  for (const [i, { until }] of lengths.entries()) pace.change(until, lengths[i + 1]?.steps ?? last);
  return pace;
}

/** Null for another text. */
function lengthsIn(text: string | undefined): readonly PlannedLength[] | null {
  if (text === undefined || !/^\d{1,15}:\d{1,15}(,\d{1,15}:\d{1,15})*$/.test(text)) return null;
  return text.split(',').map((pair) => {
    const [steps, until] = pair.split(':').map(Number);
    return { steps, until };
  });
}

/** Each length lies after the step until which it was planned, and the steps rise. */
function isOrdered(lengths: readonly PlannedLength[] | null): boolean {
  return (
    lengths?.every(({ steps, until }, i) => steps > until && until > (lengths[i - 1]?.until ?? 0)) ?? false
  );
}

/** The number of steps of a run. */
function stepsOf(
  { epochs, maxSteps }: Pick<Recipe, 'epochs'> & { readonly maxSteps: number | undefined },
  stepsPerEpoch: number,
): number {
  const steps = maxSteps ?? epochs * stepsPerEpoch;
  if (Number.isSafeInteger(steps)) return steps;
  const most = Math.floor(Number.MAX_SAFE_INTEGER / stepsPerEpoch);
  throw new OptionError(
    'option-value',
    (nameOf) =>
      `${nameOf('epochs')} is ${epochs}; with ${stepsPerEpoch} steps each it must be at most ${most}.`,
  );
}
