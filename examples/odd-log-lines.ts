// Finds unusual log lines: a model trained on ordinary lines gives them a high surprisal.
//
//   npx tsx examples/odd-log-lines.ts [ordinary lines [lines of today]]
import {
  Adam,
  Corpus,
  configs,
  openBackend,
  openTokenizer,
  Random,
  RecurrentLM,
  ScoreTotals,
  StreamBatches,
  score,
  train,
  Vocabulary,
} from 'unrolled';

const random = new Random(7);
const pick = <T>(from: readonly T[]): T => from[Math.floor(random.uniform() * from.length)];
const number = (below: number): number => Math.floor(random.uniform() * below);

/** An ordinary line of a web server's log, with random numbers. */
function ordinary(): string {
  const user = `user${number(30)}`;
  return pick([
    () => `INFO auth: ${user} logged in from 10.0.${number(4)}.${number(256)}`,
    () => `INFO auth: ${user} logged out after ${number(90)} min`,
    () => `INFO http: GET /${pick(['index', 'about', 'search', 'cart'])} 200 in ${number(120)} ms`,
    () => `INFO http: POST /${pick(['cart', 'login', 'order'])} 302 in ${number(300)} ms`,
    () => `WARN db: query took ${1000 + number(900)} ms, table ${pick(['orders', 'users', 'items'])}`,
    () => `INFO cron: backup finished, ${number(40)} files`,
  ])();
}

/** Unusual lines made of the same parts. */
const oddities: readonly (() => string)[] = [
  () => `INFO auth: user${number(30)} logged in from 203.0.113.${number(256)}`,
  () => `WARN auth: root logged in from 10.0.${number(4)}.${number(256)}`,
  () => `INFO http: GET /../../etc/passwd 200 in ${number(120)} ms`,
  () => `INFO http: GET /cart 500 in ${number(120)} ms`,
  () => `WARN db: table users took ${1000 + number(900)} ms, dropped`,
  () => `INFO cron: backup finished, no files`,
  () => `INFO auth: user${number(30)} logged out after backup`,
  () => `WARN cron: backup took 302 min`,
];

const [ORDINARY = 4000, TODAY = 2000] = process.argv.slice(2).map(Number);
const ODD = 40;
const normal = Array.from({ length: ORDINARY }, ordinary);
const today = Array.from({ length: TODAY }, ordinary);
const odd = new Set(Array.from({ length: ODD }, () => number(today.length)));
while (odd.size < ODD) odd.add(number(today.length));
for (const at of odd) today[at] = pick(oddities)();

// Characters, so that new numbers and addresses are not unknown words.
const tokenizer = openTokenizer('char');
const history = `${normal.join('\n')}\n`;
const vocabulary = Vocabulary.build(tokenizer.tokenize(history), { unknown: '<unk>' });
const { ids } = Corpus.encode(history, tokenizer, vocabulary);

const backend = await openBackend('wasm');
const config = configs.rnnlm({ vocabSize: vocabulary.size, embeddingSize: 16, hiddenSize: 64 });
const model = new RecurrentLM(backend, config, new Random(1));
const batches = new StreamBatches(ids, { N: 32, T: 40, end: 'wrap' });
const optimizer = new Adam(backend, { lr: 0.005 });

for await (const event of train(model, { batches, optimizer, epochs: 4 })) {
  if (event.event === 'epoch')
    console.log(`epoch ${event.epoch}: perplexity ${event.trainPerplexity.toFixed(2)} per character`);
}

// Sort today's lines by total bits, so that one unusual word counts in long lines too.
const lines: { at: number; text: string; bits: number }[] = [];
const totals = new ScoreTotals();
for await (const line of score({ model, tokenizer, vocabulary }, `${today.join('\n')}\n`, {
  alternatives: null,
})) {
  totals.add(line);
  const bits = line.tokens.reduce((sum, token) => sum + token.bits, 0);
  lines.push({ at: line.line - 1, text: line.text, bits });
}
lines.sort((a, b) => b.bits - a.bits);

console.log(
  `\n${totals.lines} lines, ${ODD} of them odd; ${(totals.bits / totals.lines).toFixed(1)} bits a line`,
);
for (const { at, text, bits } of lines.slice(0, 10)) {
  console.log(`  ${bits.toFixed(1).padStart(6)}  ${odd.has(at) ? 'odd' : '   '}  ${text}`);
}
console.log();
for (const k of [10, 20, 40, 80]) {
  const found = lines.slice(0, k).filter(({ at }) => odd.has(at)).length;
  console.log(`precision at ${String(k).padStart(2)}: ${(found / k).toFixed(2)}  (${found} of ${ODD} found)`);
}
backend.close();
