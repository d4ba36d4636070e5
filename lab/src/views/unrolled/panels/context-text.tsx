import type { Context } from '../../../engine/activations/calls.ts';
import { signed, unsigned } from './marks.ts';

/** A part of the training text, coloured by a number for each token; the tokens from `first` to `last` are marked. */
export function ContextText({
  context,
  first,
  last,
  scale,
}: {
  readonly context: Context;
  readonly first: number;
  readonly last: number;
  readonly scale: 'signed' | 'unsigned';
}) {
  const look = scale === 'signed' ? signed : unsigned;
  return (
    <span class="context">
      {context.pieces.map((piece, i) => {
        const index = context.first + i;
        const { colour, mark } = look(context.values[i]);
        const isMarked = index >= first && index <= last;
        const Tag = isMarked ? 'mark' : 'span';
        return (
          <Tag key={index} class={`token ${mark}`} style={{ backgroundColor: colour }}>
            {piece.replaceAll('\n', '⏎ ')}
          </Tag>
        );
      })}
    </span>
  );
}
