// Draws docs/first-model.svg: what the model of `npm start` learns, suggests and expects.
//
//   npx tsx scripts/pictures/first-model.ts                        from first-model.json
//   npx tsx scripts/pictures/first-model.ts MODEL LOG              from a run of `unrolled train --log LOG --out MODEL`
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { label, picture, rectangle, short } from './svg.ts';

/** What the picture shows, as first-model.json holds it. */
export interface FirstModel {
  /** Validation perplexity after each epoch. */
  readonly curve: readonly number[];
  /** Validation perplexity of the bigram model. */
  readonly bigram: number;
  readonly prompt: string;
  readonly next: readonly (readonly [token: string, probability: number])[];
  /** Each token of the sentence with its surprisal in bits. */
  readonly sentence: readonly (readonly [token: string, bits: number])[];
}

const [WIDTH, HEIGHT] = [640, 420];
const PLOT = { left: 36, right: 280, top: 46, bottom: 196 };
const BARS = { left: 430, right: 590, top: 54, row: 30 };
const TEXT = { top: 282, line: 50, advance: 9 };

export function drawFirstModel(model: FirstModel): string {
  const { curve, bigram } = model;
  return picture(
    WIDTH,
    HEIGHT,
    `Validation perplexity falls to ${curve.at(-1)} in ${curve.length} epochs; a bigram model has ${bigram}. ` +
      `After "${model.prompt}" the most likely word is "${model.next[0][0]}". Below, the surprisal of each word of a sentence.`,
    [...drawCurve(model), ...drawSuggestions(model), ...drawSentence(model)],
  );
}

function drawCurve({ curve, bigram }: FirstModel): string[] {
  const [least, most] = [40, Math.max(...curve)];
  const x = (epoch: number) => PLOT.left + ((epoch - 1) / (curve.length - 1)) * (PLOT.right - PLOT.left);
  const y = (value: number) => PLOT.bottom - ((value - least) / (most - least)) * (PLOT.bottom - PLOT.top);
  const points = curve.map((value, i) => `${short(x(i + 1))},${short(y(value))}`).join(' ');
  const last = curve.at(-1) as number;
  return [
    label(0, 16, '1  Train: validation perplexity', 'title'),
    `<line class="red-line" stroke-dasharray="5 4" x1="${PLOT.left}" x2="${PLOT.right}" y1="${short(y(bigram))}" y2="${short(y(bigram))}"/>`,
    label(PLOT.right, y(bigram) - 6, `bigram model ${bigram.toFixed(1)}`, 'end small red'),
    `<polyline class="blue-line" points="${points}"/>`,
    label(PLOT.left + 8, y(curve[0]) + 4, curve[0].toFixed(1), 'small blue'),
    label(PLOT.right, y(last) + 20, last.toFixed(1), 'end small blue'),
    `<path class="line" d="M${PLOT.left} ${PLOT.top}V${PLOT.bottom}H${PLOT.right}"/>`,
    ...[60, 80, 100].map((value) => label(PLOT.left - 6, y(value) + 4, String(value), 'end small quiet')),
    ...[1, Math.ceil(curve.length / 2), curve.length].map((epoch) =>
      label(
        x(epoch),
        PLOT.bottom + 19,
        `epoch ${epoch}`,
        `${epoch === curve.length ? 'end' : 'middle'} small quiet`,
      ),
    ),
  ];
}

function drawSuggestions({ prompt, next }: FirstModel): string[] {
  const most = next[0][1];
  const rows = next.map(([token, probability], i) => {
    const y = BARS.top + 24 + i * BARS.row;
    const width = (probability / most) * (BARS.right - BARS.left);
    return [
      label(BARS.left - 10, y + 14, token, 'end code'),
      rectangle('blue', { x: BARS.left, y, width, height: 18 }),
      label(BARS.left + width + 6, y + 14, `${Math.round(100 * probability)} %`, 'small quiet'),
    ];
  });
  return [
    label(330, 16, '2  Use: suggest the next word', 'title'),
    label(330, BARS.top + 6, `${prompt} …`, 'code'),
    ...rows.flat(),
  ];
}

/** The words in lines, each on a background as strong as its surprisal, with the bits below. */
function drawSentence({ sentence }: FirstModel): string[] {
  const most = Math.max(...sentence.map(([, bits]) => bits));
  const parts = [
    label(0, 244, '3  Look inside: surprisal of each word in bits', 'title'),
    label(WIDTH, 244, 'from a speech that it has not seen', 'end small quiet'),
  ];
  let [x, y] = [4, TEXT.top];
  for (const [token, bits] of sentence) {
    const width = token.length * TEXT.advance;
    if (x + width > WIDTH) [x, y] = [4, y + TEXT.line];
    const opacity = ` fill-opacity="${(0.75 * (bits / most)).toFixed(2)}"`;
    parts.push(rectangle('blue', { x: x - 4, y: y - 15, width: width + 8, height: 21 }, opacity));
    parts.push(label(x, y, token, 'code', ` textLength="${short(width)}"`));
    parts.push(label(x + width / 2, y + 20, bits.toFixed(bits < 9.5 ? 1 : 0), 'middle small quiet'));
    x += width + 2 * TEXT.advance;
  }
  return parts;
}

/** Measures the model file and its log. */
async function measure(file: string, log: string): Promise<FirstModel> {
  const { loadModel, score, Suggester } = await import('unrolled');
  const saved = await loadModel(file);
  const events = readFileSync(log, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const prompt = 'thank you , and god bless';
  const { next } = new Suggester(saved).suggest(`${prompt} `, 5);
  const sentence: [string, number][] = [];
  for await (const { line, tokens } of score(saved, readFileSync('dist/corpus/test.txt', 'utf8'))) {
    if (line < 16) continue;
    for (const { token, bits } of tokens) if (token !== '<eos>') sentence.push([token, round(bits)]);
    break;
  }
  return {
    curve: events
      .filter(({ event }) => event === 'epoch')
      .map(({ validPerplexity }) => round(validPerplexity)),
    bigram: round(events.find(({ event }) => event === 'result').valid.bigramPerplexity),
    prompt,
    next: next.map(({ token, probability }) => [token, round(probability)]),
    sentence,
  };
}

function round(value: number): number {
  return Math.round(100 * value) / 100;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const numbers = fileURLToPath(new URL('first-model.json', import.meta.url));
  const [model, log] = process.argv.slice(2);
  if (model && log) writeFileSync(numbers, `${JSON.stringify(await measure(model, log), null, 2)}\n`);
  writeFileSync('docs/first-model.svg', drawFirstModel(JSON.parse(readFileSync(numbers, 'utf8'))));
  process.exit();
}
