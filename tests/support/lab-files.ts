import type { Page } from 'playwright-core';
import { openBackend } from '../../src/backends/open.ts';
import { openTokenizer } from '../../src/data/tokenizers/open.ts';
import { Vocabulary } from '../../src/data/vocabulary/vocabulary.ts';
import { saveModelFile } from '../../src/models/model-file.ts';
import { RecurrentLM } from '../../src/models/recurrent-lm.ts';

interface Sizes {
  readonly words: number;
  readonly embeddingSize: number;
  readonly hiddenSize: number;
}

/** The bytes of a model file: an LSTM on words `w0`, `w1`, …, with its first weights. */
export async function modelFile({ words, ...sizes }: Sizes): Promise<Uint8Array<ArrayBuffer>> {
  const backend = await openBackend('wasm', { threads: 1 });
  const vocabulary = Vocabulary.build(Array.from({ length: words }, (_, i) => `w${i}`));
  const model = new RecurrentLM(backend, {
    ...{
      cell: 'lstm',
      layers: 1,
      vocabSize: vocabulary.size,
      tied: sizes.embeddingSize === sizes.hiddenSize,
    },
    ...sizes,
  });
  const tokenizer = openTokenizer('word');
  const rest = { recipe: null, corpus: null, results: null, extras: new Map() };
  const bytes = await saveModelFile({ model, tokenizer, vocabulary, ...rest });
  backend.close();
  return new Uint8Array(bytes);
}

/** Drops files on the page, wherever the pointer is. */
export async function drop(page: Page, files: Readonly<Record<string, Uint8Array | string>>): Promise<void> {
  const given = Object.entries(files).map(([name, contents]) => ({
    name,
    base64: Buffer.from(contents).toString('base64'),
  }));
  await page.evaluate((all) => {
    const dataTransfer = new DataTransfer();
    for (const { name, base64 } of all) {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      dataTransfer.items.add(new File([bytes], name));
    }
    const target = document.querySelector('main') as HTMLElement;
    for (const type of ['dragenter', 'dragover', 'drop'])
      target.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
  }, given);
}
