import { expect, test } from 'vitest';
import { temporaryFolder, unrolled } from '../support/process.ts';

const folder = temporaryFolder({ 'a.txt': 'a b c' });

/** What is written, and the one line that answers. */
const cases: readonly (readonly [line: string, answer: RegExp])[] = [
  ['trian', /^unrolled: unknown command 'trian'; it needs one of train, .* Did you mean train\?$/],
  ['constructor', /^unrolled: unknown command 'constructor'; .* See unrolled --help\.$/],
  ['--verion', /^unrolled: unknown flag '--verion'; .* Did you mean --version\?$/],
  ['train --epohcs 3', /^train: unknown flag --epohcs\. Did you mean --epochs\?$/],
  ['eval', /^unrolled: unknown command 'eval'; .* Did you mean evaluate\?$/],
  ['s', /^unrolled: unknown command 's'; .* Did you mean score, suggest or serve\?$/],
  ['help trian', /^unrolled: unknown command 'trian'; .* Did you mean train\?$/],
  ['version', /^unrolled: unknown command 'version'; .* Did you mean --version\?$/],
  ['train --wordve 1', /^train: unknown flag --wordve\. Did you mean --wordvec\?$/],
  ['train --ep 1', /^train: unknown flag --ep\. Did you mean --epochs\?$/],
  ['serve m --max 1', /^serve: unknown flag --max\. Did you mean --max-body-kb, .* or --max-queue\?$/],
  ['train --tokens w', /^--tokens: got 'w'; .* Did you mean word\?$/],
  ['train --quiet=yes', /^--quiet: got the value 'yes'; it needs none/],
  ['train --constructor', /^train: unknown flag --constructor\. See unrolled train --help\.$/],
  ['train -x', /^train: unknown flag -x\. /],
  ['train --layers 1000000000', /^--layers: got '1000000000'; it needs an integer from 1 to 1000\./],
  ['train --threads 1000', /^--threads: got '1000'; it needs an integer from 1 to 64/],
  ['serve m --threads 0', /^--threads: got '0'; it needs an integer from 1 to 64/],
  ['train --epochs ten', /^--epochs: got 'ten'; it needs a positive integer/],
  ['train --max-steps 0', /^--max-steps: got '0'; it needs a positive integer/],
  [
    'train --max-steps 9 --epochs 2',
    /^train: got --max-steps and --epochs; both set the length of training\./,
  ],
  [
    'train --max-steps 9 --minutes 2',
    /^train: got --max-steps and --minutes; both set the length of training\./,
  ],
  [
    'train --max-steps 9 --planned 9',
    /^--planned: got '9'; it needs STEPS:UNTIL, or several such as 4200:420,5800:2600/,
  ],
  ['train --max-steps 9 --planned 20:5,18:5', /^--planned: got '20:5,18:5'/],
  ['train --max-steps 9 --planned 5:20', /^--planned: got '5:20'/],
  [
    'train --planned 20:5',
    /^train: got --planned without --max-steps; it needs the length that was planned last\./,
  ],
  ['train --epochs 1.5', /^--epochs: got '1\.5'/],
  ['train --epochs 0', /^--epochs: got '0'/],
  ['train --epochs', /^--epochs: got no value; .* Write --epochs N\.$/],
  ['train --out --json', /^--out: got no value/],
  ['train --lr -1', /^--lr: got '-1'; it needs a positive number/],
  ['train --lr NaN', /^--lr: got 'NaN'/],
  ['train --lr 1e999', /^--lr: got '1e999'/],
  ['train --clip low', /^--clip: got 'low'; it needs 0 or a positive number, or none/],
  ['train --vocab-size some', /^--vocab-size: .*, or all/],
  ['train --seed 4294967296', /^--seed: .* an integer from 0 to 4294967295/],
  ['train --valid 1', /^--valid: got '1'; it needs a file, a number above 0 and below 1, or none/],
  [
    'train --tokens wrod',
    /^--tokens: got 'wrod'; it needs one of word, char, byte, bpe, auto. Did you mean word\?$/,
  ],
  ['train --backend gpu', /^--backend: got 'gpu'/],
  ['train --sampled-softmax 1', /^--sampled-softmax: got '1'; it needs an integer of at least 2, or all/],
  ['train --output-bias uni', /^--output-bias: got 'uni'; it needs one of zero, unigram/],
  ['train --other-lr 0', /^--other-lr: got '0'; it needs a positive number/],
  ['train --init-embedding x', /^--init-embedding: got 'x'; it needs one of random, cooccurrence/],
  ['train --full-softmax-from 1', /^--full-softmax-from: got '1'; it needs a number above 0 and below 1/],
  ['train --json=yes', /^--json: got the value 'yes'; it needs none/],
  ['train --dropout 1', /^--dropout: got '1'; it needs a number from 0 to below 1/],
  ['train --cell lsmt', /^--cell: got 'lsmt'; it needs one of rnn, .* Did you mean lstm\?$/],
  ['train --average none --average emma', /^--average: got 'emma'; it needs one of ema, nt-asgd, or none/],
  ['train --valid 0', /^--valid: got '0'/],
  ['train --json --quiet', /^train: got --json and --quiet/],
  ['evaluate', /^evaluate: got nothing; it needs MODEL FILE/],
  ['evaluate m a --dynamic --dynamic-lr -1', /^--dynamic-lr: got '-1'; it needs 0 or a positive number/],
  ['evaluate m a --dynamic --dynamic-decay 1', /^--dynamic-decay: .* a number from 0 to below 1/],
  ['evaluate m a --cache --cache-window 0', /^--cache-window: got '0'; it needs a positive integer/],
  ['evaluate m a --cache --cache-theta -0.1', /^--cache-theta: got '-0\.1'; it needs 0 or a positive number/],
  ['evaluate m a --cache --cache-lambda 1', /^--cache-lambda: .* a number from 0 to below 1/],
  ['evaluate m a --dynamic --dynamic-epsilon 1', /^evaluate: got --dynamic-epsilon without --dynamic-text\./],
  ['evaluate m a --fit v', /^evaluate: got --fit without --dynamic or --cache\./],
  ['evaluate m a --cache --dynamic-lr 1', /^evaluate: got --dynamic-lr without --dynamic\. Add --dynamic\.$/],
  ['evaluate m a --cache-window 9', /^evaluate: got --cache-window without --cache\. Add --cache\.$/],
  ['score m', /^score: got 'm'; it needs MODEL FILE\|-/],
  [
    'score m a --by words',
    /^--by: got 'words'; it needs one of token, word, line, document. Did you mean word/,
  ],
  ['score m a --by document --top 3', /^score: got --top with --by document; .* Leave out --top\.$/],
  ['score m a --json --tsv', /^score: got --json and --tsv; they exclude each other/],
  ['score m a --top 0', /^--top: got '0'/],
  ['score m a --state carried', /^--state: got 'carried'; .* Did you mean carry\?$/],
  ['compare a b', /^compare: got 'a' 'b'; it needs MODEL_A MODEL_B FILE\|-/],
  ['compare a b c --seed -1', /^--seed: got '-1'/],
  ['generate', /^generate: got nothing; it needs MODEL/],
  ['generate a b', /^generate: got 'a' 'b'; it needs MODEL/],
  ['generate a --temperature -0.1', /^--temperature: got '-0\.1'; it needs 0 or a positive number/],
  ['generate a --repetition-penalty 1e-39', /^--repetition-penalty: .* needs a number from 0\.01 to 100/],
  ['generate a --repetition-penalty 101', /^--repetition-penalty: .* needs a number from 0\.01 to 100/],
  ['doctor me', /^doctor: got 'me'; it takes no operands\. Write unrolled doctor\.$/],
  [
    'tokenizer',
    /^tokenizer: got no command; it needs one of train, encode, decode, show\. See unrolled tokenizer --help\.$/,
  ],
  ['tokenizer trian', /^tokenizer: unknown command 'trian'; it needs one of train, .* Did you mean train\?$/],
  ['tokenizer --json', /^tokenizer: unknown flag '--json'; .* See unrolled tokenizer --help\.$/],
  ['tokeniser', /^unrolled: unknown command 'tokeniser'; .* Did you mean tokenizer\?$/],
  ['help tokenizer trian', /^tokenizer: unknown command 'trian'; .* Did you mean train\?$/],
  [
    'tokenizer train',
    /^tokenizer train: got nothing; it needs FILE\.{3} See unrolled tokenizer train --help\.$/,
  ],
  ['tokenizer train a.txt --vocab-size 255', /^--vocab-size: got '255'; it needs an integer from 256 to /],
  ['tokenizer train a.txt --normalize nfd', /^--normalize: got 'nfd'; it needs one of nfc, nfkc, or none/],
  ['tokenizer train a.txt --json --quiet', /^tokenizer train: got --json and --quiet/],
  ['tokenizer encode t', /^tokenizer encode: got 't'; it needs TOKENIZER\|MODEL FILE\|-\./],
  [
    'tokenizer encode t a --json',
    /^tokenizer encode: unknown flag --json\. See unrolled tokenizer encode --help\./,
  ],
  ['tokenizer decode a b c', /^tokenizer decode: got 'a' 'b' 'c'; it needs TOKENIZER\|MODEL \[FILE\|-\]\./],
  ['tokenizer show t a --top 0', /^--top: got '0'/],
  [
    'evaluate m a --encoding euckr8',
    /^--encoding: got 'euckr8'; it needs an encoding by its WHATWG label, .* Did you mean euc-kr\?$/,
  ],
  ['inspect a --top 0', /^--top: got '0'/],
];

test.concurrent.each(cases)('unrolled %s: one line says what is wrong, status 2', async (line, answer) => {
  const { status, stdout, stderr } = await unrolled(folder, ...line.split(' '));
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr.trimEnd()).toMatch(answer);
  expect(stderr).toMatch(/^[^\n]+\n$/);
});

test('files named like flags are read after --', async () => {
  const folder = temporaryFolder({ '--help': 'a b c', '-x': '' });
  const found = await unrolled(folder, 'score', 'none', '--', '--help');
  expect(found).toMatchObject({ status: 1, stderr: expect.stringMatching(/^none: there is no/) });
  const { status, stderr } = await unrolled(folder, 'train', '--out', 'm', '--', '-x');
  expect({ status, stderr }).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^-x: the file is empty/),
  });
});

test('a value may begin with dashes if it is not a flag', async () => {
  const { status, stderr } = await unrolled(folder, 'generate', 'none', '--prompt', '-- so');
  expect({ status, stderr }).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^none: there is no/),
  });
});
