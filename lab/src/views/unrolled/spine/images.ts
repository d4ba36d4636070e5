import { type Colour, divergingColour, sequentialColour } from '../../../charts/scales.ts';
import type { ColumnWindow } from '../../../engine/reading/calls.ts';
import type { Grid } from './layout.ts';

/** Steps of the table of colours. */
const SHADES = 256;

/** How the cells of a window are coloured. */
export interface Look {
  readonly scheme: 'light' | 'dark';
  readonly across: number;
  /** The absolute value at the ends of the scale of h. */
  readonly limit: number;
  /** The units of each layer in the order in which they are drawn; null: by index. */
  readonly order: readonly Int32Array[] | null;
}

/** The colour of a number: `kind` says whether it is a state, from −limit to limit, or a gate, from 0 to 1. */
function tableOf(kind: 'state' | 'gate', scheme: Look['scheme']): readonly Colour[] {
  return Array.from({ length: SHADES }, (_, i) => {
    const share = i / (SHADES - 1);
    return kind === 'gate' ? sequentialColour(share, scheme) : divergingColour(2 * share - 1, scheme);
  });
}

/** Gates that are not from 0 to 1 but from −1 to 1: the candidates. */
const CANDIDATES: readonly string[] = ['g', 'ĥ'];

/** Whether the numbers of a grid lie around 0. */
export function isState(name: string): boolean {
  return name === 'h' || name === 'c' || CANDIDATES.includes(name);
}

/** The numbers of a grid in a window, row-major (T, H); null if the window came without them. */
export function numbersOf(window: ColumnWindow, { name, layer }: Grid): Float32Array | null {
  const { h, c, gates } = window.layers[layer];
  return name === 'h' ? h : name === 'c' ? c : (gates[name] ?? null);
}

/** The index of a colour: c is coloured by tanh(c), which is what a cell puts out. */
function shadeOf(name: string, limit: number): (value: number) => number {
  const share = isState(name)
    ? (value: number) => ((name === 'c' ? Math.tanh(value) : value / (name === 'h' ? limit : 1)) + 1) / 2
    : (value: number) => value;
  return (value) => Math.round(Math.min(1, Math.max(0, share(value))) * (SHADES - 1));
}

/** Pixels of all columns of a window side by side, one pixel a cell: (T·across, rows), as RGBA. */
export function pixelsOf(
  numbers: Float32Array,
  T: number,
  grid: Grid,
  look: Look,
): { readonly width: number; readonly height: number; readonly data: Uint8ClampedArray<ArrayBuffer> } {
  const { across, order, scheme, limit } = look;
  const [width, height] = [T * across, Math.ceil(grid.width / across)];
  const data = new Uint8ClampedArray(4 * width * height);
  const colours = tableOf(isState(grid.name) ? 'state' : 'gate', scheme);
  const shade = shadeOf(grid.name, limit);
  const units = order?.[grid.layer];
  for (let position = 0; position < grid.width; position++) {
    const unit = units ? units[position] : position;
    const [x, y] = [position % across, Math.floor(position / across)];
    for (let t = 0; t < T; t++) {
      const [red, green, blue] = colours[shade(numbers[t * grid.width + unit])];
      const at = 4 * (y * width + t * across + x);
      data[at] = red;
      data[at + 1] = green;
      data[at + 2] = blue;
      data[at + 3] = 255;
    }
  }
  return { width, height, data };
}

/** Images of windows: made when they are first drawn, forgotten with their window. */
export class Images {
  readonly #made: WeakMap<ColumnWindow, Map<string, HTMLCanvasElement>> = new WeakMap();
  #look: Look | null = null;
  #version = 0;

  /** The image of a grid in a window, one pixel a cell; null if the window came without its numbers. */
  of(window: ColumnWindow, grid: Grid, look: Look): HTMLCanvasElement | null {
    if (!same(this.#look, look)) this.#version++;
    this.#look = look;
    const key = `${this.#version} ${grid.layer} ${grid.name}`;
    const known = this.#made.get(window) ?? new Map<string, HTMLCanvasElement>();
    this.#made.set(window, known);
    const found = known.get(key);
    if (found) return found;
    const numbers = numbersOf(window, grid);
    if (!numbers) return null;
    if (!known.keys().next().value?.startsWith(`${this.#version} `)) known.clear();
    const canvas = draw(pixelsOf(numbers, window.T, grid, look));
    known.set(key, canvas);
    return canvas;
  }
}

function same(a: Look | null, b: Look): boolean {
  return (
    a !== null && a.scheme === b.scheme && a.across === b.across && a.limit === b.limit && a.order === b.order
  );
}

function draw({ width, height, data }: ReturnType<typeof pixelsOf>): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [width, height];
  canvas.getContext('2d')?.putImageData(new ImageData(data, width, height), 0, 0);
  return canvas;
}
