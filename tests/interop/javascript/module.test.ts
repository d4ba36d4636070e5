import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { Vocabulary } from '../../../src/data/vocabulary/vocabulary.ts';
import { exportModel } from '../../../src/interop/export-model.ts';
import { encodeModelFile, parseModelFile } from '../../../src/models/model-file.ts';
import { importExported, moduleText } from '../../support/exported-module.ts';
import { randomModelFile } from '../../support/interop.ts';
import { temporaryFolder } from '../../support/process.ts';

const hostile = [
  '</script><script>alert(1)</script>',
  '<!-- --> ]]>',
  `\`\${process.exit(1)}\``,
  '"\\\'\u0000\u0007\u007f',
  '*/ //',
  '\u2028\u2029\ufeff\u0085',
  '\ud800',
  '\udc80x',
  '__proto__',
  'constructor',
  ' <eos>',
];

test('tokens may have any spelling: no one ends its string, a comment, a line or a script element', async () => {
  const vocabulary = Vocabulary.fromTokens(['<eos>', ...hostile], null);
  const file = randomModelFile({ cell: 'rnn' }, { vocabulary });
  const module = await importExported(file, { name: `*\u2028throw 1; "'\`` });
  expect(module.vocabulary).toEqual(vocabulary.tokens);
  expect(module.encode('__proto__ constructor <eos>\n')).toEqual([9, 10, 11, 0]);
  const text = await moduleText(file);
  expect(text).not.toMatch(/<\/?script|<!--|-->|[\u2028\u2029]/i);
  expect(text).not.toMatch(/\beval\b|\bFunction\(/);
});

test('with external, the weights are read from the file beside the module, once load is called', async () => {
  const file = randomModelFile();
  const [inside, beside] = await Promise.all([
    importExported(file),
    importExported(file, { external: true, name: 'a b' }),
  ]);
  expect(() => beside.start()).toThrow('Call await load() first');
  await beside.load();
  const options = { prompt: 'the cat', length: 9 };
  expect(beside.generate(options)).toBe(inside.generate(options));
});

test('load takes bytes, and refuses another number of weights', async () => {
  const { files } = await exportModel(randomModelFile(), { to: 'js', external: true });
  expect([...files.keys()]).toEqual(['model.js', 'model.d.ts', 'model.bin']);
  const module = await importExported(randomModelFile(), { external: true });
  const bytes = files.get('model.bin')!;
  await expect(module.load(bytes.subarray(8))).rejects.toThrow(/has \d+ numbers; the model has \d+/);
  await module.load(bytes);
  expect(module.surprisals('the cat')).toHaveLength(2);
});

test('float16 halves the weights and changes them by at most half of a unit in the last place', async () => {
  const file = randomModelFile();
  const { files, notes } = await exportModel(file, { to: 'js', external: true, float16: true });
  const { tensors } = parseModelFile(file);
  const numbers = [...tensors.values()].flatMap(({ data }) => [...data]);
  expect(files.get('model.bin')).toHaveLength(2 * numbers.length);
  const [change] = notes.join().match(/[\d.e-]+(?=\.$)/)!;
  const largest = Math.max(...numbers.map(Math.abs));
  expect(Number(change)).toBeLessThanOrEqual(1.01 * 2 ** (Math.floor(Math.log2(largest)) - 11));
  const [exact, rounded] = await Promise.all([importExported(file), importExported(file, { float16: true })]);
  const [a, b] = [exact, rounded].map((module) => module.next(module.start(), 2).logits);
  const difference = Math.max(...a.map((x, i) => Math.abs(x - b[i])));
  expect(difference).toBeGreaterThan(0);
  expect(difference).toBeLessThan(0.01);
});

test('float16 refuses a weight beyond its range; the other formats have neither option', async () => {
  const model = parseModelFile(randomModelFile({ cell: 'rnn', layers: 1 }));
  model.tensors.get('affine.b')!.data[0] = 70_000;
  const file = encodeModelFile(model);
  await expect(exportModel(file, { to: 'js', float16: true, where: 'm' })).rejects.toMatchObject({
    code: 'option-value',
    message: expect.stringMatching(/^m: a weight is 70000/),
  });
  await expect(exportModel(file, { to: 'safetensors', external: true })).rejects.toMatchObject({
    code: 'option-conflict',
  });
});

test('a default of the model that generate lacks is noted', async () => {
  const generationConfig = { temperature: 0.5, top_k: 3, repetition_penalty: 1.2 };
  const { files, notes } = await exportModel(randomModelFile({}, { generationConfig }), { to: 'js' });
  expect(notes).toEqual([expect.stringContaining('repetition_penalty')]);
  expect(Buffer.from(files.get('model.js')!).toString()).toContain('{"temperature":0.5,"topK":3}');
});

test('esbuild bundles the module for a plain script without a warning', async () => {
  const { files } = await exportModel(randomModelFile(), { to: 'js' });
  const folder = temporaryFolder(Object.fromEntries(files));
  const contents =
    "import { generate } from './model.js'; globalThis.text = generate({ prompt: 'the', length: 5 });";
  const { outputFiles, warnings } = await build({
    stdin: { contents, resolveDir: folder },
    ...{ bundle: true, minify: true, format: 'iife', platform: 'browser', write: false },
  });
  expect(warnings).toEqual([]);
  const context: { text?: string } = {};
  runInNewContext(outputFiles[0].text, context);
  const module = await importExported(randomModelFile());
  expect(context.text).toBe(module.generate({ prompt: 'the', length: 5 }));
});

test('TypeScript reads the types beside the module', async () => {
  const { files } = await exportModel(randomModelFile(), { to: 'js', external: true });
  const main = `
    import { config, decode, encode, generate, load, next, probabilities, start, startId, stream, surprisals, vocabulary } from './model.js';
    import type { State } from './model.js';
    await load();
    let state: State = start();
    for (const id of [startId, ...encode('a text')]) ({ state } = next(state, id));
    const [first]: Float64Array | number[] = probabilities(next(state, 0).logits, 0.5);
    const text: string = generate({ prompt: vocabulary[0], topK: 3, stop: ['.'] }) + [...stream()].join('') + decode([1], { readable: true });
    export const all: number = first + config.vocabSize + text.length + surprisals('x')[0].bits;
    // @ts-expect-error the id is a number
    next(state, 'a');
    // @ts-expect-error no such option
    generate({ tempreature: 1 });
  `;
  const folder = temporaryFolder({ ...Object.fromEntries(files), 'main.mts': main });
  const tsc = join(import.meta.dirname, '../../../node_modules/.bin/tsc');
  const options =
    '--noEmit --ignoreConfig --strict --target es2022 --module nodenext --lib es2022,dom --types'.split(' ');
  execFileSync(tsc, [...options, '', 'main.mts'], { cwd: folder, encoding: 'utf8' });
});
