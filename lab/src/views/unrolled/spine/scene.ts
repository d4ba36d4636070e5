import type { ReadingFacts } from '../../../engine/reading/calls.ts';
import { visible } from '../../../parts/visible.ts';
import type { Column, Columns } from '../../../state/columns.ts';
import type { StateGradients } from '../../../state/gradients.ts';
import type { Look } from './images.ts';
import type { Layout } from './layout.ts';

/** Colours of the page, as the canvas takes them. */
export interface Ink {
  readonly paper: string;
  readonly panel: string;
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly accent: string;
}

/** A place of the picture: a step, and a unit of a layer if it is a cell. */
export interface Spot {
  readonly step: number;
  readonly layer: number | null;
  readonly unit: number | null;
}

/** Everything that the picture shows at one moment. */
export interface Scene {
  readonly layout: Layout;
  /** CSS pixels. */
  readonly width: number;
  readonly scroll: number;
  readonly look: Look;
  readonly ink: Ink;
  /** The names at the left of the picture. */
  readonly labels: { readonly next: string; readonly bits: string; readonly layer: (n: number) => string };
  readonly facts: ReadingFacts;
  readonly columns: Columns;
  /** The text without changes, if there are any. */
  readonly before: { readonly facts: ReadingFacts; readonly columns: Columns } | null;
  readonly hover: Spot | null;
  /** The place that the keyboard moves; null without focus. */
  readonly cursor: Spot | null;
  readonly token: number | null;
  readonly unit: { readonly layer: number; readonly unit: number } | null;
  readonly range: { readonly first: number; readonly last: number } | null;
  /** ‖∂L/∂h‖ of a prediction by step and layer; null unless they are shown. */
  readonly gradients: StateGradients | null;
  /** T of the training's blocks; null if it is unknown or not shown. */
  readonly blockLength: number | null;
}

/** A step of the picture, with what is needed to draw it. */
export interface Drawn {
  readonly step: number;
  /** The left end of its cells, in CSS pixels of the canvas. */
  readonly left: number;
  readonly column: Column | null;
}

/** The readable form of a token of the text: white space can be seen; the bytes of one character are numbered. */
export function tokenText(facts: ReadingFacts, token: number): string {
  const { text, starts, ends, replaced, startText } = facts;
  if (token < 0) return visible(startText);
  const other = replaced.find((one) => one.token === token);
  if (other) return visible(other.text);
  const own = text.slice(starts[token], ends[token]);
  return visible(own === '' ? startText : own) + partOf(facts, token);
}

/** The number of a token among those that stand for one character; empty for a token that stands alone. */
function partOf({ starts, ends }: ReadingFacts, token: number): string {
  const isSame = (other: number) =>
    starts[other] === starts[token] && ends[other] === ends[token] && starts[token] < ends[token];
  let first = token;
  while (first > 0 && isSame(first - 1)) first--;
  return first === token && !isSame(token + 1) ? '' : String.fromCharCode(0x2081 + token - first);
}
