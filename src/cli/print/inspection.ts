import { printable } from '../../data/texts/printable.ts';
import type { Reveal } from '../../interop/privacy/reveals.ts';
import { cells } from '../../models/cells.ts';
import { hasZoneout, modulationOf, type RecurrentConfig } from '../../models/config.ts';
import type { Json } from '../../models/model-file.ts';
import { byteSize, count, perplexity } from '../terminal/format.ts';
import { bar } from '../terminal/status-line.ts';
import { bold } from '../terminal/style.ts';
import { pairs, table } from '../terminal/table.ts';
import { clip } from '../terminal/width.ts';

/** Deeper levels of the metadata are not shown: a file may contain any JSON. */
const MAX_DEPTH = 5;

/** The longest shown sentence of what a file reveals, in columns: a list of names may have thousands. */
const MAX_TELLS = 300;

/** The contents of a model file, as `inspect` shows them. */
export interface ModelFacts {
  readonly bytes: number;
  readonly config: RecurrentConfig;
  readonly parameters: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly norm: number;
  }[];
  readonly tokenizer: string;
  readonly vocabulary: {
    readonly size: number;
    readonly unknown: string | null;
    readonly first: readonly string[];
  };
  /** How texts are split into items; null for continuous text. */
  readonly items: string | null;
  readonly recipe: Json;
  readonly corpus: Json;
  readonly results: Json;
  /** What the file tells of its training text, that which tells most first. */
  readonly reveals: readonly Reveal[];
}

export interface NextToken {
  readonly token: string;
  readonly id: number;
  readonly probability: number;
}

/** The options of a config besides cell and sizes, such as `, tied`. */
export function modelNotes(config: RecurrentConfig): string {
  const { resetAfter, tied, zoneout = 0, zoneoutCell = 0 } = config;
  const rates = zoneoutCell > 0 ? `${zoneout}, cell ${zoneoutCell}` : `${zoneout}`;
  const { X, Y, K } = modulationOf(config);
  const modulation = cells[config.cell].modulated ? `, ${X + Y} rounds, rank ${K}` : '';
  return `${modulation}${resetAfter ? ', reset after' : ''}${tied ? ', tied' : ''}${hasZoneout(config) ? `, zoneout ${rates}` : ''}`;
}

export function describeModel(path: string, facts: ModelFacts): string {
  const { config, parameters, tokenizer, vocabulary } = facts;
  const numbers = parameters.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  const unknown = vocabulary.unknown === null ? '' : `, unknown ${quoted(vocabulary.unknown)}`;
  const first = vocabulary.first.map(quoted).join(' ');
  const more = vocabulary.size > vocabulary.first.length ? ' …' : '';
  return [
    bold(printable(path)),
    pairs([
      ['size', byteSize(facts.bytes)],
      ['cell', `${config.cell}, layers ${config.layers}${modelNotes(config)}`],
      ['sizes', `V=${config.vocabSize} D=${config.embeddingSize} H=${config.hiddenSize}`],
      ['vocabulary', `${count(vocabulary.size)} ${tokenizer} tokens${unknown}`],
      ['first tokens', `${first}${more}`],
      ...(facts.items === null ? [] : [['items', printable(facts.items)] as const]),
    ]),
    section(`Weights: ${count(numbers)} parameters`),
    table([
      ['name', 'shape', 'norm'],
      ...parameters.map(({ name, shape, norm }) => [name, `(${shape.join(', ')})`, perplexity(norm)]),
    ]),
    ...(['recipe', 'corpus', 'results'] as const).flatMap((part) => [
      section(part[0].toUpperCase() + part.slice(1)),
      pairs(membersOf(facts[part])),
    ]),
    section('What this file reveals of its text'),
    describeReveals(facts.reveals),
  ].join('\n');
}

/** One line a part; those that an export leaves out are marked. */
function describeReveals(reveals: readonly Reveal[]): string {
  const lines = pairs(
    reveals.map(({ part, tells, exportRemoves }) => [
      `${exportRemoves ? '−' : ' '} ${part}`,
      clip(tells, MAX_TELLS),
    ]),
  );
  const advice =
    'To publish the model without what is marked −: unrolled export MODEL --to safetensors. docs/privacy.md';
  return reveals.some(({ exportRemoves }) => exportRemoves) ? `${lines}\n\n${advice}` : lines;
}

/** One line per token: probability, bar, token. */
export function describeNext(next: readonly NextToken[]): string {
  const most = next[0].probability;
  return next
    .map(({ token, probability }) => {
      const share = `${(100 * probability).toFixed(2)}%`.padStart(8);
      return `${share}  ${bar(probability / most, 20)}  ${quoted(token)}`;
    })
    .join('\n');
}

function section(title: string): string {
  return `\n${bold(title)}`;
}

/** The numbers and texts of a JSON value, by path such as `valid.perplexity`. */
function membersOf(value: Json, path: string = ''): [string, string][] {
  if (typeof value === 'object' && value !== null && path.split('.').length < MAX_DEPTH) {
    const prefix = path === '' ? '' : `${path}.`;
    return Object.entries(value).flatMap(([name, member]) => membersOf(member, prefix + name));
  }
  return [[path, shown(value)]];
}

function shown(value: Json): string {
  if (typeof value === 'object' && value !== null) return '…';
  if (typeof value !== 'number') return `${value ?? 'none'}`;
  return `${Number.isInteger(value) ? value : Number(value.toPrecision(6))}`;
}

function quoted(token: string): string {
  return printable(JSON.stringify(clip(token, 60)));
}
