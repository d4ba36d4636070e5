import type { Backend } from '../../backends/backend.ts';
import { OptionError } from '../option-error.ts';
import type { Recipe } from '../recipe.ts';
import type { CorpusInfo, FileInfo, TrainingData } from '../text/training-data.ts';
import type { ArithmeticWarning, WarningEvent } from './events.ts';
import type { Resumed } from './read-checkpoint.ts';

/** What a resumed run may be asked to change: its length, its reaction to divergence, and what computes it. */
export const CHANGEABLE: readonly string[] = ['epochs', 'maxSteps', 'onDivergence', 'backend'];

/** The checkpoint's recipe, with the settings that may change. Throws UnrolledError. */
export function resumedRecipe({ file, recipe, state }: Resumed, asked: Partial<Recipe>): Recipe {
  for (const [name, value] of Object.entries(asked)) {
    const saved = recipe[name as keyof Recipe];
    if (CHANGEABLE.includes(name) || (saved ?? null) === (value ?? null)) continue;
    throw new OptionError(
      'checkpoint-foreign',
      (nameOf) =>
        `${file} was trained with ${nameOf(name)} ${saved}, this run asks for ${value}; a resumed run keeps its ` +
        `settings. Leave ${nameOf(name)} out, or start a new run without ${nameOf('resume')}.`,
    );
  }
  const { epochs, maxSteps, onDivergence, backend } = asked;
  const begun = state.meter.time > 0 ? state.epoch : state.epoch - 1;
  if (epochs !== undefined && epochs < begun) {
    throw new OptionError(
      'option-conflict',
      (nameOf) =>
        `${nameOf('epochs')} is ${epochs}, and ${file} has begun epoch ${begun}; a resumed run can't go back. ` +
        `Give at least ${begun}, or leave ${nameOf('epochs')} out.`,
    );
  }
  if (maxSteps !== undefined && maxSteps < state.step) {
    throw new OptionError(
      'option-conflict',
      (nameOf) =>
        `${nameOf('maxSteps')} is ${maxSteps}, and ${file} has taken ${state.step} steps; a resumed run can't go back. ` +
        `Give at least ${state.step}, or leave ${nameOf('maxSteps')} out.`,
    );
  }
  const { maxSteps: before, ...others } = recipe;
  const steps = maxSteps ?? (epochs === undefined ? before : undefined);
  return {
    ...others,
    ...(epochs !== undefined && { epochs }),
    ...(steps !== undefined && { maxSteps: steps }),
    ...(onDivergence && { onDivergence }),
    ...(backend && { backend }),
  };
}

/** Throws UnrolledError, naming the difference, unless the texts are those of the checkpoint. */
export function checkSameTexts({ file, corpus, vocabulary }: Resumed, trainingData: TrainingData): void {
  const { info } = trainingData;
  const digests = (infos: CorpusInfo): [what: string, digest: string][] => [
    ['training text', infos.files.map(fingerprintOf).join(' ')],
    ['validation text', infos.valid ? fingerprintOf(infos.valid) : 'none'],
  ];
  const before = digests(corpus);
  digests(info).forEach(([what, digest], i) => {
    if (digest !== before[i][1]) throw otherText(file, `the ${what} is another one`);
  });
  if (!vocabulary.equals(trainingData.vocabulary)) {
    throw otherText(
      file,
      `the vocabulary has ${trainingData.vocabulary.size} tokens and not the same ${vocabulary.size}`,
    );
  }
}

/** The same bytes in another encoding are another text. */
function fingerprintOf({ sha256, encoding }: FileInfo): string {
  return `${sha256} ${encoding}`;
}

/** What decides the bits of a run beside its recipe. The kernels have the same on any number of threads, a BLAS has not. */
export function arithmeticOf({ name, description, threads }: Backend): string {
  const how = description.replace(/, \d+ threads?\b.*$/, '');
  return name === 'blas' ? `${how}, ${threads} threads` : how;
}

/** What is other than the run that stopped would have expected. */
export function* resumeWarnings(resumed: Resumed, backend: Backend): Generator<WarningEvent> {
  for (const { code, message } of resumed.damaged) {
    yield { event: 'warning', reason: 'checkpoint-damaged', code, message, file: resumed.file };
  }
  const warning = otherArithmetic(resumed, backend);
  if (warning) yield warning;
}

/** Null where the run continues to the same bits. */
function otherArithmetic({ file, arithmetic }: Resumed, backend: Backend): ArithmeticWarning | null {
  const now = arithmeticOf(backend);
  if (arithmetic === null || arithmetic === now) return null;
  return { event: 'warning', reason: 'other-arithmetic', file, before: arithmetic, now };
}

function otherText(file: string, difference: string): OptionError {
  return new OptionError(
    'checkpoint-foreign',
    (nameOf) =>
      `${file} comes from other texts: ${difference}; a resumed run needs the same. ` +
      `Give the same texts, or start a new run without ${nameOf('resume')}.`,
  );
}
