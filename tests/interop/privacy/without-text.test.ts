import { inflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { Vocabulary } from '../../../src/data/vocabulary/vocabulary.ts';
import type { NamedArray } from '../../../src/formats/named-array.ts';
import { exportFormats, exportModel } from '../../../src/interop/export-model.ts';
import { withoutText } from '../../../src/interop/privacy/without-text.ts';
import type { Json } from '../../../src/models/model-file.ts';
import { encodeModelFile, parseModelFile } from '../../../src/models/model-file.ts';
import { settings } from '../../../src/recipe/settings/settings.ts';
import { randomModelFile } from '../../support/interop.ts';

const SECRETS = ['confidential', 'private-letters', 'a5'.repeat(32), 'n-gram-41c7'];
const [file, folder, digest, id] = SECRETS;
/** 8 bytes that no float or header of the model has by chance. */
const NUMBERS = Int32Array.of(0x5eed1234, 0x0ddba11);

const recipe: Json = {
  ...{ tokens: 'word', cell: 'lstm', layers: 2, lr: 0.5, momentum: null, tied: true, average: 'ema' },
  ...{
    text: `${folder}/${file}.txt`,
    valid: `${file}.valid`,
    out: folder,
    seed: digest,
    streams: `/${folder}/${file}`,
  },
};
const corpus: Json = {
  files: [{ name: `${file}.txt`, sha256: digest, bytes: 7800 }],
  ...{ tokens: 2340, valid: { name: file, sha256: digest }, test: null, items: { train: 30, names: [file] } },
};
const results: Json = {
  epoch: 2,
  validPerplexity: 1.5,
  valid: { tokens: 260, file },
  [file]: 3,
  test: folder,
};
const training: Json = { state: { epoch: 1 }, run: { id, request: { given: { text: file } } } };
const secret: NamedArray = { dtype: 'I32', shape: [1, 2], data: NUMBERS };
const names = [
  'counts.unigram',
  'counts.bigram',
  'items.digests',
  'training.carried.0.h',
  'best.affine.b',
  file,
];

const model = randomModelFile(
  { layers: 1 },
  {
    ...{ recipe, corpus, results, training },
    generationConfig: { temperature: 0.7, top_k: null, _name_or_path: `${folder}/${file}` },
    extras: new Map(names.map((name) => [name, secret])),
  },
);

/** The bytes of a file, and those that a zip archive in it has compressed. */
function* layersOf(bytes: Uint8Array): Generator<Buffer> {
  const all = Buffer.from(bytes);
  yield all;
  for (let at = all.indexOf('PK\x03\x04'); at >= 0; at = all.indexOf('PK\x03\x04', at + 4)) {
    if (all.readUInt16LE(at + 8) !== 8) continue;
    yield inflateRawSync(all.subarray(at + 30 + all.readUInt16LE(at + 26) + all.readUInt16LE(at + 28)));
  }
}

/** The spellings of a byte string: as it is, and in base64 at each of the three alignments. */
function spellingsOf(bytes: Buffer): (Buffer | string)[] {
  const encoded = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    return text.slice(before === 0 ? 0 : 4, -4);
  });
  return [bytes, ...encoded];
}

const hidden = [...SECRETS.map((text) => Buffer.from(text)), Buffer.from(NUMBERS.buffer)].flatMap(
  spellingsOf,
);
const found = (bytes: Uint8Array) =>
  [...layersOf(bytes)].flatMap((layer) => hidden.filter((spelling) => layer.includes(spelling)).map(String));

test('the search finds the names, digests and numbers in the model file', () => {
  expect(found(model)).toEqual([...SECRETS, Buffer.from(NUMBERS.buffer).toString()]);
});

test.each(exportFormats)('%s has no name, digest or count of the training text', async (to) => {
  const { files, notes } = await exportModel(model, { to, where: `${folder}/${file}.safetensors` });
  expect(files.size).toBeGreaterThan(0);
  for (const [name, bytes] of files) expect([name, found(bytes)]).toEqual([name, []]);
  expect(found(Buffer.from([...files.keys(), ...notes].join()))).toEqual([]);
  expect(notes).toContainEqual(expect.stringMatching(/^The model is a checkpoint: its current weights/));
});

test('weights, tokenizer, settings and results stay, with their values', () => {
  const before = parseModelFile(model);
  const after = withoutText(before);
  const again = parseModelFile(encodeModelFile(after));
  expect(again.tensors).toEqual(new Map([...before.tensors].filter(([name]) => !names.includes(name))));
  expect(again.vocabulary.equals(before.vocabulary)).toBe(true);
  expect(after).toMatchObject({
    tokenizer: before.tokenizer,
    generationConfig: { temperature: 0.7, top_k: null },
  });
  const kept = {
    tokens: 'word',
    cell: 'lstm',
    layers: 2,
    lr: 0.5,
    momentum: null,
    tied: true,
    average: 'ema',
  };
  expect(again.recipe).toEqual(kept);
  expect(again.corpus).toEqual({ tokens: 2340, items: { train: 30 } });
  expect(again.results).toEqual({ epoch: 2, validPerplexity: 1.5, valid: { tokens: 260 } });
  expect(again).not.toHaveProperty('training');
  expect(encodeModelFile(withoutText(after))).toEqual(encodeModelFile(after));
});

test('every setting of a recipe stays', () => {
  const vocabulary = Vocabulary.fromTokens(['a', 'b'], null).withEnd();
  const full = Object.fromEntries(Object.keys(settings).map((name) => [name, 1])) as Json;
  const file = randomModelFile(
    {},
    { vocabulary, items: 'jsonl:body', recipe: { ...Object(full), items: 'jsonl:body' } },
  );
  const { recipe, items } = withoutText(parseModelFile(file));
  expect([recipe, items]).toEqual([{ ...Object(full), items: 'jsonl:body' }, 'jsonl:body']);
});
