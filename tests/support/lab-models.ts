import {
  type Backend,
  openTokenizer,
  Random,
  type RecurrentConfig,
  RecurrentLM,
  SavedModel,
  Vocabulary,
} from 'unrolled';

/** A small model of a tokenizer, whose weights are drawn wide enough that its probabilities differ as those of a trained one do. */
export function drawnModel(
  backend: Backend,
  {
    kind,
    cell,
    text = '',
    items = false,
  }: {
    readonly kind: 'word' | 'byte';
    readonly cell: RecurrentConfig['cell'];
    /** The text whose words are the vocabulary. */
    readonly text?: string;
    /** Whether it is a model of lines as items. */
    readonly items?: boolean;
  },
): SavedModel {
  const tokenizer = openTokenizer(kind);
  const plain = tokenizer.fixedVocabulary() ?? Vocabulary.build(tokenizer.tokenize(text));
  const vocabulary = items ? plain.withEnd() : plain;
  const sizes = { embeddingSize: 6, hiddenSize: 10, layers: 2 };
  const model = new RecurrentLM(backend, { cell, vocabSize: vocabulary.size, ...sizes });
  const random = new Random(7);
  for (const { value } of model.params) {
    backend.write(
      value,
      Float64Array.from({ length: value.size }, () => 0.6 * random.normal()),
    );
  }
  const rest = { recipe: { time: 8 }, corpus: null, results: null, extras: new Map() };
  return new SavedModel({ model, tokenizer, vocabulary, ...rest, ...(items && { items: 'line' as const }) });
}

/** h of one layer at each step, and its gates, by one trace of some ids from the zero state. */
export async function tracedLayers(
  { model }: SavedModel,
  ids: Int32Array,
): Promise<readonly { readonly h: number[]; readonly gates: Readonly<Record<string, number[]>> }[]> {
  for await (const { layers } of model.trace(ids, { window: ids.length })) {
    return layers.map(({ h, gates }) => ({
      h: [...h],
      gates: Object.fromEntries(Object.entries(gates).map(([name, gate]) => [name, [...gate]])),
    }));
  }
  return [];
}
