import type { Vocabulary } from '../../data/vocabulary.ts';
import { UnrolledError } from '../../errors.ts';
import type { NamedArray } from '../../formats/named-array.ts';
import { withoutPrefix } from '../../formats/prefix.ts';
import { parseModelFile } from '../../models/model-file.ts';
import { checkWeights } from '../../models/weights.ts';
import { type TrainingState, unpackState } from '../../training/training-state.ts';
import { readBytes } from '../files/read.ts';
import { defaultRecipe, type Recipe } from '../recipe.ts';
import type { Kept, Progress } from './keeper.ts';
import type { CorpusInfo, Material } from './material.ts';

/** A checkpoint as a run goes on from it. */
export interface Resumed {
  readonly file: string;
  readonly recipe: Recipe;
  readonly corpus: CorpusInfo;
  readonly vocabulary: Vocabulary;
  readonly weights: ReadonlyMap<string, NamedArray>;
  readonly state: TrainingState;
  /** The best weights so far. */
  readonly best: Kept | null;
}

/** Throws UnrolledError when the file can't be read or is no checkpoint. */
export function readCheckpoint(file: string): Resumed {
  const { recipe, corpus, training, config, vocabulary, tensors } = parseModelFile(readBytes(file), file);
  if (training === undefined) {
    throw new UnrolledError(
      `${file}: this is a finished model, not a checkpoint; --resume needs a file named …checkpoint-STEP.safetensors. ` +
        'To train its weights further, use --init.',
    );
  }
  const { state: json, best } = Object(training);
  const state = unpackState({ json, arrays: withoutPrefix('training.', tensors) }, file);
  const weights = withoutPrefix('best.', tensors);
  if (best) checkWeights(config, weights, `${file}, best`);
  return {
    file,
    recipe: { ...defaultRecipe, ...Object(recipe) },
    corpus: Object(corpus) as CorpusInfo,
    vocabulary,
    weights: tensors,
    state,
    best: best ? { progress: best as Progress, weights } : null,
  };
}

/** The checkpoint's recipe, in which only when it ends may be another. Throws UnrolledError. */
export function resumedRecipe({ file, recipe }: Resumed, asked: Partial<Recipe>): Recipe {
  for (const [name, value] of Object.entries(asked)) {
    const saved = recipe[name as keyof Recipe];
    if (name === 'epochs' || name === 'onDivergence' || saved === value) continue;
    throw new UnrolledError(
      `--resume: ${file} was trained with ${name} ${saved}, the command asks for ${value}; a run goes on as it began. ` +
        'Leave the flag out, or start anew without --resume.',
    );
  }
  const { epochs, onDivergence } = asked;
  return { ...recipe, ...(epochs !== undefined && { epochs }), ...(onDivergence && { onDivergence }) };
}

/** Throws UnrolledError, naming the difference, unless the texts are those of the checkpoint. */
export function checkSameTexts({ file, corpus, vocabulary }: Resumed, material: Material): void {
  const { info } = material;
  const digests = (infos: CorpusInfo): [what: string, digest: string][] => [
    ['training text', (infos.files ?? []).map(({ sha256 }) => sha256).join(' ')],
    ['validation text', infos.valid?.sha256 ?? 'none'],
  ];
  const before = digests(corpus);
  digests(info).forEach(([what, digest], i) => {
    if (digest !== before[i][1]) throw otherText(file, `the ${what} is another one`);
  });
  if (JSON.stringify(vocabulary) !== JSON.stringify(material.vocabulary)) {
    throw otherText(
      file,
      `the vocabulary has ${material.vocabulary.size} tokens and not the same ${vocabulary.size}`,
    );
  }
}

function otherText(file: string, difference: string): UnrolledError {
  return new UnrolledError(
    `--resume: ${file} comes from other texts: ${difference}; a run goes on with what it began with. ` +
      'Give the same files, or start anew without --resume.',
  );
}
