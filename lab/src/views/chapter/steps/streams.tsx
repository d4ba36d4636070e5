import { useSignal } from '@preact/signals';
import { say } from '../../../language/language.ts';
import { Slider } from '../../../parts/slider.tsx';
import { Box } from '../../../pictures/box.tsx';
import { Label, NumberLabel } from '../../../pictures/label.tsx';
import { Picture } from '../../../pictures/picture.tsx';
import { useAnswer } from '../use-answer.ts';
import { Computing } from './computing.tsx';

const [N, T] = [2, 10];

/** The block of two streams over 1,000 data. */
export function StreamsStep() {
  const texts = say.value.chapter.steps.streams;
  const block = useSignal(0);
  const found = useAnswer('tourStreams', { N, T, block: block.value });
  if (!found) return <Computing />;
  const epoch = Math.floor(block.value / found.blocksPerEpoch) + 1;
  const shown = (value: number) => `${value} · ${texts.epoch(epoch)}`;
  return (
    <>
      <Slider label={texts.slider} value={block} min={0} max={2 * found.blocksPerEpoch - 1} shown={shown} />
      <Picture width={680} height={240} label={texts.picture} legend={texts.legend}>
        <Tape rows={found.rows} />
        {found.rows.map((row, n) => (
          <Row key={n} n={n} row={row} />
        ))}
      </Picture>
    </>
  );
}

const [LEFT, RIGHT, TAPE] = [20, 660, 30];

function positionOf(index: number): number {
  return LEFT + (index / 1000) * (RIGHT - LEFT);
}

/** All data as a band, with the place of each stream on it. */
function Tape({ rows }: { readonly rows: readonly Int32Array[] }) {
  return (
    <g>
      <rect x={LEFT} y={TAPE} width={RIGHT - LEFT} height={22} class="draw-box quiet" />
      {rows.map((row, n) => (
        <rect
          key={n}
          x={LEFT}
          y={TAPE - 4}
          width={6.4}
          height={30}
          class={`draw-place place-${n}`}
          style={{ transform: `translateX(${positionOf(row[0]) - LEFT}px)` }}
        />
      ))}
      {[0, 250, 500, 750, 1000].map((index) => (
        <Label key={index} x={positionOf(index)} y={TAPE + 44} tone="soft">
          {index}
        </Label>
      ))}
    </g>
  );
}

const CELL = 54;

function Row({ n, row }: { readonly n: number; readonly row: Int32Array }) {
  const y = 124 + n * 56;
  return (
    <g>
      <Label x={LEFT} y={y + 20} anchor="start" tone="strong">
        {say.value.chapter.steps.streams.stream(n)}
      </Label>
      <rect x={LEFT} y={y + 28} width={64} height={4} class={`draw-place place-${n}`} />
      {Array.from(row, (index, t) => (
        <g key={t}>
          <Box x={118 + t * CELL} y={y} width={CELL - 4} height={30} tone="layer" />
          <NumberLabel
            x={118 + t * CELL + CELL / 2 - 2}
            y={y + 20}
            name={`stream-${n}-${t}`}
            value={index}
            shown={String(index)}
          />
        </g>
      ))}
    </g>
  );
}
