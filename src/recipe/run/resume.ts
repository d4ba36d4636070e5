import type { Backend } from '../../backends/backend.ts';
import { OptionError } from '../../errors.ts';
import type { Recipe } from '../recipe.ts';
import type { CorpusInfo, FileInfo, TrainingData } from '../text/training-data.ts';
import type { ArithmeticWarning, WarningEvent } from './events.ts';
import type { Resumed } from './read-checkpoint.ts';
import type { BudgetState } from './time-budget.ts';

/** The settings that a resumed run may change. */
export const CHANGEABLE: readonly string[] = ['epochs', 'maxSteps', 'onDivergence', 'backend'];

/** The checkpoint's recipe with changed settings. Throws OptionError for a setting that can't change. */
export function resumedRecipe({ file, recipe, state }: Resumed, asked: Partial<Recipe>): Recipe {
  for (const [name, value] of Object.entries(asked)) {
    const saved = recipe[name as keyof Recipe];
    if (CHANGEABLE.includes(name) || (saved ?? null) === (value ?? null)) continue;
    throw new OptionError(
      'checkpoint-foreign',
      (nameOf) =>
        `${file} was trained with ${nameOf(name)} ${saved}, and this run has ${value}; a resumed run can't change it. ` +
        `Leave ${nameOf(name)} out, or start a new run without ${nameOf('resume')}.`,
    );
  }
  const { epochs, maxSteps, onDivergence, backend } = asked;
  const begun = state.meter.time > 0 ? state.epoch : state.epoch - 1;
  if (epochs !== undefined && epochs < begun) {
    throw new OptionError(
      'option-conflict',
      (nameOf) =>
        `${nameOf('epochs')} is ${epochs}, and ${file} is in epoch ${begun}; it must be at least ${begun}. ` +
        `Use a larger number, or leave ${nameOf('epochs')} out.`,
    );
  }
  if (maxSteps !== undefined && maxSteps < state.step) {
    throw new OptionError(
      'option-conflict',
      (nameOf) =>
        `${nameOf('maxSteps')} is ${maxSteps}, and ${file} is at step ${state.step}; it must be at least ${state.step}. ` +
        `Use a larger number, or leave ${nameOf('maxSteps')} out.`,
    );
  }
  const { maxSteps: _, planned: __, ...others } = recipe;
  return {
    ...(keepsLength(recipe, asked) ? recipe : others),
    ...(epochs !== undefined && { epochs }),
    ...(maxSteps !== undefined && { maxSteps }),
    ...(onDivergence && { onDivergence }),
    ...(backend && { backend }),
  };
}

/**
 * A resumed run keeps its time budget, so the budget may be repeated but not changed.
 * @throws {OptionError} `checkpoint-foreign` for another budget
 */
export function checkSameMinutes({ file, budget }: Resumed, minutes: number | undefined): void {
  if (minutes === undefined || minutes === budget?.minutes) return;
  throw new OptionError('checkpoint-foreign', (nameOf) => {
    const before = budget ? `has ${nameOf('minutes')} ${budget.minutes}` : 'has no time budget';
    return (
      `${file} ${before}, and this run has ${nameOf('minutes')} ${minutes}; a resumed run keeps its length. ` +
      `Leave ${nameOf('minutes')} out, or start a new run without ${nameOf('resume')}.`
    );
  });
}

/** Whether a resumed run keeps its length; a new one replaces the lengths that were planned before, and the time budget. */
function keepsLength({ maxSteps: before }: Recipe, { epochs, maxSteps = before }: Partial<Recipe>): boolean {
  return epochs === undefined && maxSteps === before;
}

/** The time budget with which a resumed run continues; null without one, and for a run that gets a new length. */
export function resumedBudget({ recipe, budget }: Resumed, asked: Partial<Recipe>): BudgetState | null {
  return keepsLength(recipe, asked) ? budget : null;
}

/** Throws OptionError, which names the difference, unless the texts are those of the checkpoint. */
export function checkSameTexts({ file, corpus, vocabulary }: Resumed, trainingData: TrainingData): void {
  const { info } = trainingData;
  const digests = (infos: CorpusInfo): [what: string, digest: string][] => [
    ['training text', infos.files.map(fingerprintOf).join(' ')],
    ['validation text', infos.valid ? fingerprintOf(infos.valid) : 'none'],
  ];
  const before = digests(corpus);
  digests(info).forEach(([what, digest], i) => {
    if (digest !== before[i][1]) throw otherText(file, `the ${what} differs`);
  });
  if (!vocabulary.equals(trainingData.vocabulary)) {
    throw otherText(
      file,
      `the vocabulary of ${trainingData.vocabulary.size} tokens differs from the checkpoint's ${vocabulary.size}`,
    );
  }
}

/** Identifies a text; the same bytes in another encoding are another text. */
function fingerprintOf({ sha256, encoding }: FileInfo): string {
  return `${sha256} ${encoding}`;
}

/** The backend as far as it affects floating-point results: those of our kernels don't depend on the number of threads, those of a BLAS do. */
export function arithmeticOf({ name, description, threads }: Backend): string {
  const how = description.replace(/, \d+ threads?\b.*$/, '');
  return name === 'blas' ? `${how}, ${threads} threads` : how;
}

/** Warnings about differences from the run that was stopped. */
export function* resumeWarnings(resumed: Resumed, backend: Backend): Generator<WarningEvent> {
  for (const { code, message } of resumed.damaged) {
    yield { event: 'warning', reason: 'checkpoint-damaged', code, message, file: resumed.file };
  }
  const warning = otherArithmetic(resumed, backend);
  if (warning) yield warning;
}

/** Null when the resumed run matches the original bit for bit. */
function otherArithmetic({ file, arithmetic }: Resumed, backend: Backend): ArithmeticWarning | null {
  const now = arithmeticOf(backend);
  if (arithmetic === null || arithmetic === now) return null;
  return { event: 'warning', reason: 'other-arithmetic', file, before: arithmetic, now };
}

function otherText(file: string, difference: string): OptionError {
  return new OptionError(
    'checkpoint-foreign',
    (nameOf) =>
      `${file} was trained on other texts: ${difference}; a resumed run needs the same texts. ` +
      `Use those texts, or start a new run without ${nameOf('resume')}.`,
  );
}
