import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeIds } from '../../../bench/quality/encode.ts';
import { runQuality } from '../../../bench/quality/run.ts';
import { beginning, qualityTexts, splitShakespeare, textFiles } from '../../../bench/quality/texts.ts';
import { flagsOf, parseTrainFlags } from '../../../bench/quality/train-flags.ts';
import { recipes } from '../../../recipes/catalog.ts';
import { temporaryFolder } from '../../support/process.ts';

const home = temporaryFolder();
const folder = join(home, 'folder');

test('tiny Shakespeare is split as nanoGPT splits it; a text of another length is refused', () => {
  const text = 'x'.repeat(1_003_854) + 'y'.repeat(111_540);
  const [train, valid] = splitShakespeare(text);
  expect([train.length, valid.length]).toEqual([1_003_854, 111_540]);
  expect([new Set(train), new Set(valid)]).toEqual([new Set('x'), new Set('y')]);
  expect(() => splitShakespeare(`${text}\n`)).toThrow(/1115395 characters; tiny Shakespeare has 1115394/);
  writeFileSync(join(home, 'input.txt'), text);
  const files = textFiles(qualityTexts.shakespeare, { data: home, folder, quick: false });
  expect(readFileSync(files.valid!, 'utf8')).toBe(valid);
  expect(files.test).toBeNull();
});

test('missing files are named', () => {
  const { ptb } = qualityTexts;
  const of = (data: string | undefined) => () => textFiles(ptb, { data, folder, quick: false });
  expect(of(undefined)).toThrow(/--data is missing and has no ptb\.train\.txt; it needs ptb\.train\.txt, /);
  expect(of(home)).toThrow(/has no ptb\.train\.txt/);
});

test('a quick run reads whole lines of the beginning', () => {
  expect(beginning('ab\ncd\nef\n', 4)).toBe('ab\n');
  expect(beginning('ab\ncd\n', 100)).toBe('ab\ncd\n');
  expect(beginning('no end', 3)).toBe('no end');
  const data = join(home, 'ptb');
  mkdirSync(data);
  for (const part of ['train', 'valid', 'test'])
    writeFileSync(join(data, `ptb.${part}.txt`), 'a b c\n'.repeat(50_000));
  const { train } = textFiles(qualityTexts.ptb, { data, folder, quick: true });
  expect(readFileSync(train, 'utf8')).toMatch(/^(a b c\n){16000,17000}$/);
});

test('the ids for other programs are those of training: all of the text, every line end a token', async () => {
  const files = { train: join(home, 'train.txt'), valid: join(home, 'valid.txt') };
  writeFileSync(files.train, ' a b b \n c \n');
  writeFileSync(files.valid, ' c b \n');
  const ids = await writeIds(files, qualityTexts.ptb.tokens, folder);
  const read = (path: string) => new Int32Array(new Uint8Array(readFileSync(path)).buffer);
  const [train, valid] = [read(ids.train), read(ids.valid)];
  const [a, b, , end, c] = train;
  expect([...train]).toEqual([a, b, b, end, c, end]);
  expect([...valid]).toEqual([c, b, end]);
  expect(new Set([a, b, c, end]).size).toBe(4);
  expect(Math.max(...train)).toBeLessThan(ids.V);
});

test('a recipe is a name of the catalog or flags of `unrolled train`; later flags win', () => {
  expect(flagsOf('ours')).toBe(recipes.ours.flags);
  expect(flagsOf('--lr 3')).toBe('--lr 3');
  expect(parseTrainFlags('--lr 3 --untied --minutes 4  --lr 5 --clip none')).toEqual({
    given: { lr: 5, tied: false, clip: null },
    minutes: 4,
  });
  for (const { flags } of Object.values(recipes)) expect(() => parseTrainFlags(flags)).not.toThrow();
  expect(() => parseTrainFlags('--out x')).toThrow(/unknown flag --out/);
});

test('mistakes end with a sentence and status 2', async () => {
  const errors: string[] = [];
  const print = console.error;
  console.error = (line: string) => void errors.push(line);
  try {
    for (const args of [['--text', 'war'], ['--rows', 'ptb-6'], ['--fast'], ['--folder', folder]]) {
      expect(await runQuality(args)).toBe(2);
    }
  } finally {
    console.error = print;
  }
  expect(errors[0]).toMatch(/^quality: --text: there is no 'war'; there are ptb and shakespeare/);
  expect(errors[1]).toMatch(/^quality: --rows: there is no 'ptb-6'; there are ptb-5, /);
  expect(errors[2]).toMatch(/^quality: Unknown option '--fast'/);
  expect(errors[3]).toMatch(/^quality: --data is missing and has no ptb\.train\.txt/);
});
