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
  const [left, room] = [x + LEFT, width - LEFT - RIGHT];
  return (
    <g>
      {words.map((word, i) => {
        const top = y + i * ROW;
        const length = Math.max(1, values[i] * room);
        const tone = isMarked(i) ? 'strong' : 'plain';
        return (
          <g key={word} data-testid="tour-value" data-name={`${name}-${word}`} data-value={values[i]}>
            <Label x={left - 8} y={top + 15} anchor="end" tone={tone}>
              {word}
            </Label>
            <rect x={left} y={top + 2} width={room} height={ROW - 7} class="draw-bar room" />
            <rect
              x={left}
              y={top + 2}
              width={room}
              height={ROW - 7}
              class={isMarked(i) ? 'draw-bar marked' : 'draw-bar'}
              style={{ transform: `scaleX(${length / room})`, transformOrigin: `${left}px 0` }}
            />
            <Label x={left + room + RIGHT - 2} y={top + 15} anchor="end" tone={tone}>
              {`${(100 * values[i]).toFixed(1)} %`}
            </Label>
          </g>
        );
      })}
    </g>
  );
}
