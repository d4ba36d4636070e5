import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { openBackend } from '../../../src/backends/open.ts';
import { ScoreWriter } from '../../../src/generation/scoring/rows/score-writer.ts';
import { score, scoreCompact } from '../../../src/generation/scoring/score.ts';
import { ScoreTotals } from '../../../src/generation/scoring/score-totals.ts';
import { readModelFile } from '../../../src/models/model-file.ts';
import { jsonLines } from '../../support/output.ts';
import {
  type Finished,
  InProcess,
  type Surroundings,
  sentences,
  temporaryFolder,
  tiny,
  unrolled,
} from '../../support/process.ts';

const text = `the unicorn sings .\n\n${sentences(20, 7)}`;
const folder = temporaryFolder({
  'train.txt': sentences(150),
  'a.txt': text,
});
const at = (name: string): string => join(folder, name);
const exact = ['--backend', 'wasm-strict', '--threads', '1'];

beforeAll(async () => {
  const common = ['train', 'train.txt', ...tiny, ...exact, '--valid', 'none', '--quiet'];
  const runs = [
    unrolled(folder, ...common, '--out', 'm'),
    unrolled(folder, ...common, '--tokens', 'byte', '--out', 'bytes'),
  ];
  for (const run of await Promise.all(runs)) expect(run).toMatchObject({ status: 0, stderr: '' });
});

/** Runs score on a model of ours. */
function scoreOf(args: string, surroundings?: Surroundings): Promise<Finished> {
  return new InProcess(['score', ...args.split(' '), ...exact], folder, surroundings).finished();
}

const jsonOf = ({ stdout }: Finished) => jsonLines(stdout);

async function expected(options: { state?: 'line' | 'carry' } = {}) {
  const saved = readModelFile(readFileSync(at('m')), await openBackend('wasm-strict', { threads: 1 }));
  const lines = [];
  for await (const line of score(saved, text, options)) lines.push(line);
  return { ...saved, lines };
}

describe('what it prints', () => {
  test.each(['token', 'word', 'line'] as const)(
    'the rows by %s are those of a ScoreWriter, byte for byte',
    async (by) => {
      const saved = readModelFile(readFileSync(at('m')), await openBackend('wasm-strict', { threads: 1 }));
      for (const format of ['json', 'tsv'] as const) {
        const writer = new ScoreWriter(saved, { by, format });
        let rows = '';
        const alternatives = by === 'token' ? 3 : null;
        for await (const line of scoreCompact(saved, text, { alternatives })) rows += writer.push(line);
        expect((await scoreOf(`m a.txt --by ${by} --${format}`)).stdout).toBe(rows);
      }
    },
  );

  test.each(['line', 'carry'] as const)(
    '--json has each token as the library does; state %s',
    async (state) => {
      const { lines, vocabulary } = await expected({ state });
      const tokens = lines.flatMap(({ line, tokens }) =>
        tokens.map(({ token, known, bits, rank, alternatives, text }, i) => ({
          line,
          position: i + 1,
          token,
          known,
          bits,
          rank,
          alternatives: alternatives.map(({ id, probability }) => ({
            token: vocabulary.tokenOf(id),
            probability,
          })),
          text,
        })),
      );
      const run = await scoreOf(`m a.txt --json --state ${state}`);
      expect(run).toMatchObject({ status: 0, stderr: '' });
      expect(jsonOf(run)).toEqual(tokens);
      expect(tokens.filter(({ known }) => !known).map(({ token }) => token)).toEqual(['unicorn', 'sings']);
    },
  );

  test('--by line and --by document print the sums', async () => {
    const { lines } = await expected();
    const totals = new ScoreTotals();
    const rows = lines.map((line) => {
      const own = new ScoreTotals();
      for (const sum of [own, totals]) sum.add(line);
      const { tokens, unknownTokens, characters, bits, bitsPerToken, bitsPerCharacter } = own;
      const { bytes, bitsPerByte } = own;
      return {
        line: line.line,
        tokens,
        unknownTokens,
        characters,
        bits,
        bitsPerToken,
        bitsPerCharacter,
        text: line.text,
        bytes,
        bitsPerByte,
      };
    });
    expect(jsonOf(await scoreOf('m a.txt --by line --json'))).toEqual(rows);
    const [whole] = jsonOf(await scoreOf('m a.txt --by document --json'));
    expect(whole).toEqual({
      lines: 22,
      tokens: totals.tokens,
      unknownTokens: 2,
      characters: [...text].length,
      bits: totals.bits,
      bitsPerToken: totals.bitsPerToken,
      bitsPerCharacter: totals.bitsPerCharacter,
      perplexity: totals.perplexity,
      bytes: Buffer.byteLength(text),
      bitsPerByte: totals.bits / Buffer.byteLength(text),
      words: totals.tokens,
      perWordPerplexity: totals.perplexity,
    });
  });

  test('it agrees with evaluate on the text after a newline', async () => {
    const [{ perplexity }] = jsonOf(await scoreOf('m a.txt --by document --json'));
    execFileSync('sh', ['-c', '(echo; cat a.txt) > behind.txt'], { cwd: folder });
    const evaluated = await unrolled(folder, 'evaluate', 'm', 'behind.txt', '--json', ...exact);
    expect(perplexity).toBeCloseTo(JSON.parse(evaluated.stdout).perplexity, 6);
  });

  test('--by word prints the sum of each word and line end, and its position', async () => {
    const tokens = jsonOf(await scoreOf('bytes a.txt --json'));
    const words = jsonOf(await scoreOf('bytes a.txt --json --by word'));
    const lines = text.split('\n');
    expect(words.map((word) => word.text)).toEqual(text.match(/\S+|\n/g));
    for (const { line, start, end, text: spelled } of words) {
      expect(`${lines[line - 1]}\n`.slice(start, end)).toBe(spelled);
    }
    const sum = (rows: readonly { bits: number }[]) => rows.reduce((total, { bits }) => total + bits, 0);
    expect(sum(words)).toBeCloseTo(sum(tokens), 9);
    // `the`, then ` unicorn` with the space before it.
    expect(words[0]).toMatchObject({ line: 1, position: 1, tokens: 3, start: 0, end: 3, known: true });
    expect(words[1]).toMatchObject({ line: 1, position: 2, tokens: 8, start: 4, end: 11 });
    expect(words[1].bits).toBeCloseTo(sum(tokens.slice(3, 11)), 12);
    const ofWords = jsonOf(await scoreOf('m a.txt --json --by word'));
    expect(ofWords.map(({ bits }) => bits)).toEqual(
      jsonOf(await scoreOf('m a.txt --json')).map(({ bits }) => bits),
    );
    const shown = await scoreOf('bytes a.txt --by word --top 3');
    expect(shown.stdout).toMatch(
      /^ +line +bits +tokens +word in its context +pieces\n( +\d+ +[\d.]+ +\d.*\n){3}\n/,
    );
    const heat = await scoreOf('bytes a.txt --by word', { env: { FORCE_COLOR: '1' } });
    expect(
      heat.stdout
        .replace(/\p{Cc}\[[\d;]*m/gu, '')
        .replaceAll('⏎', '')
        .startsWith(text),
    ).toBe(true);
  });

  test('--tsv has a header, and each row has as many cells', async () => {
    for (const by of ['token', 'word', 'line', 'document']) {
      const { stdout } = await scoreOf(`m a.txt --tsv --by ${by}`);
      const rows = stdout
        .slice(0, -1)
        .split('\n')
        .map((row) => row.split('\t'));
      expect(rows[0]).toContain('bits');
      for (const row of rows) expect(row).toHaveLength(rows[0].length);
      const json = jsonOf(await scoreOf(`m a.txt --json --by ${by}`));
      const column = rows[0].indexOf('bits');
      expect(rows).toHaveLength(json.length + 1);
      rows.slice(1).forEach((row, i) => expect(Number(row[column])).toBeCloseTo(json[i].bits, 3));
    }
  });

  test('--top prints the most surprising rows, highest first', async () => {
    for (const [by, member] of [
      ['token', 'bits'],
      ['word', 'bits'],
      ['line', 'bitsPerToken'],
    ] as const) {
      const all = jsonOf(await scoreOf(`m a.txt --json --by ${by}`)).map((row) => row[member]);
      const top = jsonOf(await scoreOf(`m a.txt --json --by ${by} --top 5`)).map((row) => row[member]);
      expect(top).toEqual(all.sort((a, b) => b - a).slice(0, 5));
    }
  });

  test('the text output has one row per token or line, and a summary with unknown tokens and the state', async () => {
    const tokens = await scoreOf('m a.txt');
    expect(tokens.stdout).toMatch(/^ +line +bits +rank +token in its context +more likely\n/);
    expect(tokens.stdout).toMatch(/^ +1 +\d+\.\d\d +[\d,]+ {2}the unicorn \(<unk>\)/m);
    expect(tokens.stdout).toMatch(/out of vocabulary +1\.\d\d%, scored as <unk>/);
    expect(tokens.stdout).toMatch(/state +carried over from line to line, starting after a newline\n$/);
    const lines = await scoreOf('m a.txt --by line --state line');
    expect(lines.stdout).toMatch(/^ +2 +1 +\d+\.\d +\d+\.\d\d$/m);
    expect(lines.stdout).toMatch(/state +reset at each line, which is read after a newline\n$/);
    expect((await scoreOf('m a.txt --by document')).stdout).toMatch(/^ {2}bits per token +\d\.\d{3}\n/);
  });
});

describe('colours', () => {
  test('are off if the output is not a terminal, and on with FORCE_COLOR', async () => {
    const env = { FORCE_COLOR: '', NO_COLOR: '' };
    expect((await scoreOf('m a.txt', { env })).stdout).not.toContain('\x1b');
    const { stdout } = await scoreOf('m a.txt', { env: { ...env, FORCE_COLOR: '1' } });
    expect(stdout).toContain('\x1b[48;5;');
    const plain = stdout.replace(/\p{Cc}\[[\d;]*m/gu, '').replaceAll('⏎', '');
    expect(plain.startsWith(text)).toBe(true);
    expect(plain).toContain('at least  5 bits   8 bits   11 bits   14 bits ');
  });

  test('a multi-byte character has one colour, and control characters are escaped', async () => {
    const env = { FORCE_COLOR: '1' };
    const { stdout } = await scoreOf('bytes -', { input: 'é 😀\n\x1b[2J\n', env });
    expect(stdout).toMatch(/\p{Cc}\[48;5;\d+;38;5;16mé\p{Cc}\[39;49m/u);
    expect(stdout).toMatch(/\p{Cc}\[48;5;\d+;38;5;16m😀\p{Cc}\[39;49m/u);
    expect(stdout).not.toContain('\x1b[2J');
    expect(stdout).toContain('\\u{1b}');
  });
});
