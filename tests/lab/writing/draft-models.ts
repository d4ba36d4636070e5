import {
  type Backend,
  BPETrainer,
  openTokenizer,
  Random,
  RecurrentLM,
  SavedModel,
  type Tokenizer,
  Vocabulary,
} from 'unrolled';
import { sentences } from '../../support/process.ts';

export const english: string = sentences(60);
export const korean = '모든 인간은 태어날 때부터 자유로우며\n그 존엄과 권리에 있어 동등하다.\n'.repeat(4);

export type Kind = 'word' | 'char' | 'byte' | 'bpe';

function tokenizerOf(kind: Kind): Tokenizer {
  if (kind !== 'bpe') return openTokenizer(kind);
  const trainer = new BPETrainer({ vocabSize: 300 });
  trainer.push(english + korean);
  return trainer.train();
}

/** A model of the texts' tokens with weights that are drawn, wide enough that its probabilities differ. */
export function draftModel(backend: Backend, kind: Kind, items = false): SavedModel {
  const tokenizer = tokenizerOf(kind);
  const plain =
    tokenizer.fixedVocabulary() ??
    Vocabulary.build(tokenizer.tokenize(english + korean), { unknown: kind === 'word' ? '<unk>' : null });
  const vocabulary = items ? plain.withEnd() : plain;
  const model = new RecurrentLM(
    backend,
    { cell: 'lstm', vocabSize: vocabulary.size, embeddingSize: 6, hiddenSize: 10, layers: 2 },
    undefined,
    { unknownIds: vocabulary.unknownIds },
  );
  const random = new Random(7);
  for (const { value } of model.params)
    backend.write(
      value,
      Float64Array.from({ length: value.size }, () => 0.7 * random.normal()),
    );
  const rest = { recipe: null, corpus: null, results: null, extras: new Map() };
  return new SavedModel({ model, tokenizer, vocabulary, ...rest, ...(items && { items: 'line' as const }) });
}
