// Draws docs/training-step.svg, one step of truncated BPTT: `npx tsx scripts/pictures/training-step.ts`.
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { label, picture, rectangle, short } from './svg.ts';

const [WIDTH, HEIGHT] = [720, 520];
const STEPS = ['0', '1', '2', 'T−1'];
const [FIRST, APART] = [226, 124]; // the middle of the first column, and between columns
const BOX = { width: 92, height: 34 };

/** From the ids at the bottom to the loss on top. */
const ROWS: readonly {
  readonly y: number;
  readonly name: string;
  readonly shape: string;
  readonly box: string;
}[] = [
  { y: 72, name: 'loss', shape: 'mean over (N, T)', box: 'softmax, loss' },
  { y: 148, name: 'logits', shape: '(N, T, V)', box: 'affine' },
  { y: 248, name: 'hs', shape: '(N, T, H)', box: 'RNN' },
  { y: 338, name: 'embeddings', shape: '(N, T, D)', box: 'embedding' },
  { y: 414, name: 'xs', shape: 'ids (N, T)', box: '' },
];
const RNN = 2;

export function drawTrainingStep(): string {
  const rows = ROWS.flatMap((row, i) => drawRow(row, ROWS[i + 1]?.y));
  return picture(
    WIDTH,
    HEIGHT,
    'One training step: T copies of the network side by side. The state h passes forward through all of them and comes from the previous block; ' +
      'gradients pass backward through them and stop at the first.',
    [arrowHeads(), ...drawLegend(), ...rows, ...drawStates(), ...drawUpdate()],
  );
}

function columnOf(step: number): number {
  return FIRST + step * APART;
}

/** The boxes of a layer, and between it and the one below an arrow up and one down. */
function drawRow({ y, name, shape, box }: (typeof ROWS)[number], below: number | undefined): string[] {
  const left = [label(0, y - 2, name, 'code'), label(0, y + 16, shape, 'small quiet')];
  const columns = STEPS.map((step, i) => {
    const x = columnOf(i);
    const parts = box
      ? [
          rectangle('box', { x: x - BOX.width / 2, y: y - BOX.height / 2, ...BOX }),
          label(x, y + 5, box, 'middle small'),
        ]
      : [label(x, y + 5, `xs[:, ${step}]`, 'middle code')];
    if (below === undefined) return parts;
    const [top, bottom] = [y + BOX.height / 2 + 2, below - BOX.height / 2 - 2];
    const down = below === ROWS.at(-1)!.y ? [] : [arrow('red', x + 10, top, x + 10, bottom)];
    return [...parts, arrow('blue', x - 10, bottom, x - 10, top), ...down];
  });
  return [...left, ...columns.flat()];
}

/** h from block to block and from step to step; its gradient the other way, up to the first step. */
function drawStates(): string[] {
  const y = ROWS[RNN].y;
  const parts: string[] = [];
  for (let i = 0; i <= STEPS.length; i++) {
    const [from, to] = [columnOf(i - 1) + BOX.width / 2 + 2, columnOf(i) - BOX.width / 2 - 2];
    const [start, end] = [i === 0 ? to - 40 : from, i === STEPS.length ? from + 40 : to];
    const gap = i === STEPS.length - 1 ? ' stroke-dasharray="4 4"' : ''; // the steps between
    parts.push(arrow('blue', start, y - 8, end, y - 8, gap));
    if (i > 0 && i < STEPS.length) parts.push(arrow('red', to, y + 8, from, y + 8, gap));
  }
  const first = columnOf(0) - BOX.width / 2;
  parts.push(`<path class="red-line" stroke-width="3" d="M${first - 12} ${y + 1}V${y + 17}"/>`);
  parts.push(`<path class="red-line" d="M${first - 2} ${y + 8}H${first - 12}"/>`);
  parts.push(label(first - 6, y - 34, 'h of the previous block', 'end small blue'));
  parts.push(label(first - 6, y + 38, 'no gradient beyond', 'end small red'));
  parts.push(label(WIDTH, y + 14, 'h for the', 'end small blue'));
  parts.push(label(WIDTH, y + 30, 'next block', 'end small blue'));
  return parts;
}

function drawLegend(): string[] {
  return [
    label(0, 16, 'One training step: truncated BPTT over a block of T steps, N streams at once', 'title'),
    arrow('blue', 0, 36, 26, 36),
    label(32, 41, 'forward', 'small blue'),
    arrow('red', 130, 36, 104, 36),
    label(136, 41, 'backward: gradients w.r.t. the same arrays', 'small red'),
  ];
}

function drawUpdate(): string[] {
  const lines = [
    'Each layer has one set of weights for all T steps; their gradients are summed over T and N.',
    'Then: clip the norm of all gradients together, W ← W − lr · dW, and read the next T tokens.',
  ];
  return lines.map((text, i) => label(0, 476 + 22 * i, text));
}

function arrow(
  colour: 'blue' | 'red',
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  attributes = '',
): string {
  return `<path class="${colour}-line"${attributes} marker-end="url(#${colour})" d="M${short(x1)} ${short(y1)}L${short(x2)} ${short(y2)}"/>`;
}

function arrowHeads(): string {
  const heads = ['blue', 'red'].map(
    (colour) =>
      `<marker id="${colour}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path class="${colour}" d="M0 0L8 4L0 8z"/></marker>`,
  );
  return `<defs>${heads.join('')}</defs>`;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  writeFileSync('docs/training-step.svg', drawTrainingStep());
}
