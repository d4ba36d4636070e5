import type { Backend } from '../../backends/backend.ts';
import { UnrolledError } from '../../errors.ts';
import type { Recipe } from '../recipe.ts';
import type { CorpusInfo, TrainingData } from '../training-data.ts';
import type { Resumed } from './read-checkpoint.ts';

/** The checkpoint's recipe, in which only when it ends may be another. Throws UnrolledError. */
export function resumedRecipe({ file, recipe, state }: Resumed, asked: Partial<Recipe>): Recipe {
  for (const [name, value] of Object.entries(asked)) {
    const saved = recipe[name as keyof Recipe];
    if (name === 'epochs' || name === 'onDivergence' || saved === value) continue;
    throw new UnrolledError(
      'checkpoint-foreign',
      `--resume: ${file} was trained with ${name} ${saved}, the command asks for ${value}; a run goes on as it began. ` +
        'Leave the flag out, or start anew without --resume.',
    );
  }
  const { epochs, onDivergence } = asked;
  const begun = state.meter.time > 0 ? state.epoch : state.epoch - 1;
  if (epochs !== undefined && epochs < begun) {
    throw new UnrolledError(
      'option-conflict',
      `--epochs: got ${epochs} with --resume ${file}, which has begun epoch ${begun}; a run goes on, never back. ` +
        `Give ${begun} at least, or leave --epochs out.`,
    );
  }
  return { ...recipe, ...(epochs !== undefined && { epochs }), ...(onDivergence && { onDivergence }) };
}

/** Throws UnrolledError, naming the difference, unless the texts are those of the checkpoint. */
export function checkSameTexts({ file, corpus, vocabulary }: Resumed, trainingData: TrainingData): void {
  const { info } = trainingData;
  const digests = (infos: CorpusInfo): [what: string, digest: string][] => [
    ['training text', infos.files.map(({ sha256 }) => sha256).join(' ')],
    ['validation text', infos.valid?.sha256 ?? 'none'],
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

/** What decides the bits of a run beside its recipe. The kernels have the same on any number of threads, a BLAS has not. */
export function arithmeticOf({ name, description, threads }: Backend): string {
  const how = description.replace(/, \d+ threads?\b.*$/, '');
  return name === 'blas' ? `${how}, ${threads} threads` : how;
}

/** What to tell of a run that goes on with another arithmetic; null where it goes on to the same bits. */
export function otherArithmetic({ file, arithmetic }: Resumed, backend: Backend): string | null {
  const now = arithmeticOf(backend);
  if (arithmetic === null || arithmetic === now) return null;
  return (
    `--resume: ${file} was computed by ${arithmetic}, the run goes on with ${now}; it goes on as well, but not to ` +
    'the same bits. Give the same --backend and --threads where that matters.'
  );
}

function otherText(file: string, difference: string): UnrolledError {
  return new UnrolledError(
    'checkpoint-foreign',
    `--resume: ${file} comes from other texts: ${difference}; a run goes on with what it began with. ` +
      'Give the same files, or start anew without --resume.',
  );
}
