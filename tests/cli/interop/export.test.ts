import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseModelFile } from '../../../src/models/model-file.ts';
import { randomModelFile } from '../../support/interop.ts';
import { temporaryFolder, unrolled } from '../../support/process.ts';

const folder = temporaryFolder({ 'note.txt': 'a text' });
for (const name of ['m.safetensors', 'model.safetensors', 'm.bin']) {
  writeFileSync(join(folder, name), randomModelFile());
}

test('export writes the file that --out names, and says its size', async () => {
  const args = ['export', 'm.safetensors', '--to', 'safetensors', '--out', 'public.safetensors'];
  const { status, stdout, stderr } = await unrolled(folder, ...args);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/^saved public\.safetensors, [\d.]+ kB$/m);
  const [before, after] = ['m.safetensors', 'public.safetensors'].map((name) =>
    parseModelFile(readFileSync(join(folder, name))),
  );
  expect(after.tensors).toEqual(before.tensors);
});

test('a Hugging Face folder is named after the model, and imports by its name', async () => {
  const exported = await unrolled(
    folder,
    'export',
    'm.safetensors',
    '--to',
    'hf',
    '--license',
    'mit',
    '--json',
  );
  expect(exported).toMatchObject({ status: 0, stderr: '' });
  const { out, files, notes } = JSON.parse(exported.stdout);
  expect([out, files[0].path, notes.length]).toEqual(['m-hf', join('m-hf', 'config.json'), 1]);
  expect(readFileSync(join(folder, 'm-hf', 'README.md'), 'utf8')).toContain('license: "mit"');
  const imported = await unrolled(folder, 'import', 'm-hf', '--out', 'again.safetensors');
  expect(imported).toMatchObject({
    status: 0,
    stderr: '',
    stdout: expect.stringContaining('saved again.safetensors'),
  });
  const [before, after] = ['m.safetensors', 'again.safetensors'].map((name) =>
    parseModelFile(readFileSync(join(folder, name))),
  );
  expect(after.tensors).toEqual(before.tensors);
});

test('export to ONNX says what the file has in another form', async () => {
  writeFileSync(join(folder, 'zoneout.safetensors'), randomModelFile({ zoneout: 0.1 }));
  const { status, stdout } = await unrolled(
    folder,
    'export',
    'zoneout.safetensors',
    '--to',
    'onnx',
    '--json',
  );
  const report = JSON.parse(stdout);
  expect({ status, report }).toEqual({
    status: 0,
    report: {
      ...{ format: 'onnx', out: 'zoneout.onnx' },
      files: [{ path: 'zoneout.onnx', bytes: readFileSync(join(folder, 'zoneout.onnx')).length }],
      notes: expect.arrayContaining([expect.stringMatching(/Zoneout is its expectation/)]),
    },
  });
});

test.each([
  { args: ['m.safetensors', '--to', 'hf', '--license', 'a: b'], status: 2, says: /--license/ },
  { args: ['m.safetensors'], status: 2, says: /export: --to is missing; it needs one of safetensors/ },
  {
    args: ['note.txt', '--to', 'safetensors', '--out', 'x.safetensors'],
    status: 1,
    says: /^note\.txt: this is a text/,
  },
  {
    args: ['m.safetensors', '--to', 'safetensors', '--out', 'm.safetensors'],
    status: 1,
    says: /^--out: m\.safetensors/,
  },
  {
    args: ['m.safetensors', '--to', 'safetensors', '--external'],
    status: 2,
    says: /export: --external is for --to js, not for --to safetensors/,
  },
  { args: ['m.safetensors', '--to', 'tape'], status: 2, says: /--to/ },
  {
    args: ['model.safetensors', '--to', 'hf', '--out', '.'],
    status: 1,
    says: /^--out: model\.safetensors is the same file as model\.safetensors, which is in use/,
  },
  {
    args: ['m.safetensors', '--to', 'hf', '--out', 'note.txt'],
    status: 1,
    says: /^note\.txt\/config\.json: a part of the path is a file, not a folder/,
  },
  {
    args: ['m.bin', '--to', 'js', '--external', '--out', 'm.js'],
    status: 1,
    says: /^--out: m\.bin is the same file as m\.bin/,
  },
])('export $args fails with a message', async ({ args, status, says }) => {
  const { stderr, ...found } = await unrolled(folder, 'export', ...args);
  expect(found).toEqual({ status, stdout: '' });
  expect(stderr).toMatch(says);
});

test('a file with another extension than that of the format is refused', async () => {
  const args = ['export', 'model.safetensors', '--to', 'safetensors', '--out', 'model.st'];
  const { status, stderr } = await unrolled(folder, ...args);
  expect(stderr).toMatch(/--out is model\.st; --to safetensors needs a name that ends in \.safetensors\./);
  expect(status).toBe(2);
});

test('a folder that has other files is written, and they are named', async () => {
  const first = await unrolled(folder, 'export', 'm.safetensors', '--to', 'hf', '--out', 'published');
  expect(first.stdout).not.toMatch(/also has/);
  const { status, stdout } = await unrolled(
    folder,
    'export',
    'm.safetensors',
    '--to',
    'pytorch',
    '--out',
    'published',
  );
  expect(status).toBe(0);
  expect(stdout).toMatch(
    /^published also has README\.md, config\.json, generation_config\.json, not of this export\./m,
  );
});
