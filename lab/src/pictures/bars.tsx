import { percent } from '../language/language.ts';
import { Label } from './label.tsx';

/** The height of a row, and the widths of the words and of the numbers. */
const [ROW, LEFT, RIGHT] = [24, 76, 60];

export function barsHeight(rows: number): number {
  return rows * ROW;
}

/** Probabilities as bars with their words; marked ones stand out by weight, not by colour alone. */
export function Bars({
  x,
  y,
  width,
  words,
  values,
  name,
  isMarked,
}: {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly words: readonly string[];
  readonly values: ArrayLike<number>;
  readonly name: string;
  readonly isMarked: (index: number) => boolean;
}) {
  return (
    <g>
      {words.map((word, i) => (
        <g key={word} data-testid="tour-value" data-name={`${name}-${word}`} data-value={values[i]}>
          <Bar x={x} y={y + i * ROW} width={width} word={word} value={values[i]} isMarked={isMarked(i)} />
        </g>
      ))}
    </g>
  );
}

function Bar({
  x,
  y,
  width,
  word,
  value,
  isMarked,
}: {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly word: string;
  readonly value: number;
  readonly isMarked: boolean;
}) {
  const [left, room] = [x + LEFT, width - LEFT - RIGHT];
  const place = { x: left, y: y + 2, width: room, height: ROW - 7 };
  // One pixel at least, so that the row is seen to have a bar.
  const look = { transform: `scaleX(${Math.max(1 / room, value)})`, transformOrigin: `${left}px 0` };
  const tone = isMarked ? 'strong' : 'plain';
  return (
    <>
      <Label x={left - 8} y={y + 15} anchor="end" tone={tone}>
        {word}
      </Label>
      <rect {...place} class="draw-bar room" />
      <rect {...place} class={isMarked ? 'draw-bar marked' : 'draw-bar'} style={look} />
      <Label x={left + room + RIGHT - 2} y={y + 15} anchor="end" tone={tone}>
        {percent(value)}
      </Label>
    </>
  );
}
