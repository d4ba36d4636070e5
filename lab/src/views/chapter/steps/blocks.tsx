import { useSignal } from '@preact/signals';
import type { BlockNumbers } from '../../../engine/chapter/calls.ts';
import { figure, say } from '../../../language/language.ts';
import { Arrow } from '../../../pictures/arrow.tsx';
import { Box } from '../../../pictures/box.tsx';
import { Cells } from '../../../pictures/cells.tsx';
import { Label, NumberLabel } from '../../../pictures/label.tsx';
import { Picture } from '../../../pictures/picture.tsx';
import { useAnswer } from '../use-answer.ts';
import { Computing } from './computing.tsx';

const [BLOCKS, T] = [3, 10];

/** Training block by block. */
export function BlocksStep() {
  const texts = say.value.chapter.steps.blocks;
  const trained = useSignal(1);
  const found = useAnswer('tourBlocks', { blocks: trained.value, T });
  if (!found) return <Computing />;
  const isDone = trained.value === BLOCKS;
  return (
    <>
      <div class="buttons">
        <button type="button" class="main" onClick={() => (trained.value = isDone ? 1 : trained.value + 1)}>
          {isDone ? texts.again : texts.next}
        </button>
      </div>
      <Picture
        width={BLOCKS * WIDTH + 70}
        height={220}
        label={texts.picture}
        legend={texts.legend}
        focus={WIDTH * (found.length - 0.5)}
      >
        {Array.from({ length: BLOCKS }, (_, i) => (
          <Block key={i} index={i} block={found[i] ?? null} isLast={i === found.length - 1} />
        ))}
      </Picture>
    </>
  );
}

const [WIDTH, INSIDE, TOP] = [330, 240, 34];

function Block({
  index,
  block,
  isLast,
}: {
  readonly index: number;
  readonly block: BlockNumbers | null;
  readonly isLast: boolean;
}) {
  const { zero } = say.value.chapter.steps.blocks;
  const x = 10 + index * WIDTH;
  const first = index * T;
  return (
    <g class="draw-column" style={{ opacity: block ? 1 : 0.35 }}>
      {block && <Cells x={x} y={TOP} values={block.start} name={`start-${index}`} />}
      <Label x={x + 21} y={TOP + 94} tone="soft">
        {index === 0 ? zero : `h${subscript(first - 1)}`}
      </Label>
      <Arrow from={[x + 43, TOP + 38]} to={[x + 63, TOP + 38]} />
      {index > 0 && <Arrow from={[x - 25, TOP + 38]} to={[x - 2, TOP + 38]} />}
      <Box x={x + 64} y={TOP - 12} width={INSIDE} height={100} tone={isLast ? 'active' : 'module'} />
      <Steps x={x + 64} isBackward={isLast} />
      <Label x={x + 64 + INSIDE / 2} y={TOP + 116} tone="soft">
        {`x${subscript(first)} … x${subscript(first + T - 1)}`}
      </Label>
      {block && <Result x={x + 64 + INSIDE / 2} index={index} block={block} />}
      {block && index === BLOCKS - 1 && (
        <Cells x={x + 64 + INSIDE + 14} y={TOP} values={block.end} name={`end-${index}`} width={42} />
      )}
    </g>
  );
}

function Result({
  x,
  index,
  block,
}: {
  readonly x: number;
  readonly index: number;
  readonly block: BlockNumbers;
}) {
  const { loss, norm } = say.value.chapter.steps.blocks;
  const [lossText, normText] = [`${loss} ${figure(block.loss)}`, `${norm} ${figure(block.gradientNorm)}`];
  return (
    <>
      <NumberLabel
        x={x}
        y={TOP + 144}
        name={`loss-${index}`}
        value={block.loss}
        shown={lossText}
        tone="strong"
      />
      <NumberLabel
        x={x}
        y={TOP + 166}
        name={`gradient-${index}`}
        value={block.gradientNorm}
        shown={normText}
      />
      <g data-testid="tour-value" data-name={`last-${index}`} data-value={String(block.end[0])} />
    </>
  );
}

/** The ten steps of a block with their arrows; backward ones where the block is the last that was trained. */
function Steps({ x, isBackward }: { readonly x: number; readonly isBackward: boolean }) {
  const gap = INSIDE / T;
  return (
    <>
      {Array.from({ length: T }, (_, t) => {
        const left = x + t * gap + 5;
        return (
          <g key={t}>
            <rect x={left} y={TOP + 16} width={gap - 12} height={44} rx={3} class="draw-box inner" />
            {t > 0 && <Arrow from={[left - 12, TOP + 28]} to={[left - 1, TOP + 28]} weight={1} />}
            {t > 0 && (
              <Arrow
                kind="backward"
                from={[left, TOP + 48]}
                to={[left - 11, TOP + 48]}
                weight={1}
                isShown={isBackward}
              />
            )}
          </g>
        );
      })}
    </>
  );
}

function subscript(value: number): string {
  return String(value).replace(/\d/g, (digit) => '₀₁₂₃₄₅₆₇₈₉'[Number(digit)]);
}
