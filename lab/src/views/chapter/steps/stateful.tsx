import { useSignal } from '@preact/signals';
import type { StateNumbers } from '../../../engine/chapter/calls.ts';
import { say } from '../../../language/language.ts';
import { Arrow } from '../../../pictures/arrow.tsx';
import { Box } from '../../../pictures/box.tsx';
import { Cells } from '../../../pictures/cells.tsx';
import { Label } from '../../../pictures/label.tsx';
import { Picture } from '../../../pictures/picture.tsx';
import { useAnswer } from '../use-answer.ts';
import { Value } from '../value.tsx';
import { Computing } from './computing.tsx';

const [STEPS, T] = [8, 4];

/** Two blocks through TimeRNN, with the state carried over or not. */
export function StatefulStep() {
  const texts = say.value.chapter.steps.stateful;
  const isStateful = useSignal(true);
  const carried = useAnswer('tourStates', { steps: STEPS, T, stateful: true });
  const reset = useAnswer('tourStates', { steps: STEPS, T, stateful: false });
  if (!carried || !reset) return <Computing />;
  const difference = Math.max(...carried.states.map((h, i) => Math.abs(h - reset.states[i])));
  return (
    <>
      <label class="tour-toggle">
        <input
          type="checkbox"
          checked={isStateful.value}
          onChange={({ currentTarget }) => (isStateful.value = currentTarget.checked)}
        />{' '}
        {texts.toggle}
      </label>
      <Picture width={720} height={250} label={texts.picture} legend={texts.legend}>
        <Block numbers={isStateful.value ? carried : reset} block={0} isCarried={false} />
        <Block numbers={isStateful.value ? carried : reset} block={1} isCarried={isStateful.value} />
      </Picture>
      <p>
        {texts.difference}: <Value name="difference" value={difference} />
      </p>
    </>
  );
}

const [WIDTH, COLUMN, TOP, BOX] = [356, 64, 30, 132];

function Block({
  numbers: { words, H, states, starts },
  block,
  isCarried,
}: {
  readonly numbers: StateNumbers;
  readonly block: number;
  readonly isCarried: boolean;
}) {
  const x = 10 + block * WIDTH;
  const steps = Array.from({ length: T }, (_, t) => block * T + t);
  const box = x + 74;
  return (
    <g>
      <Label x={x + 21} y={BOX - 30} tone="soft">
        {say.value.chapter.steps.stateful.start}
      </Label>
      <Cells
        x={x}
        y={BOX - 18}
        values={starts.subarray(block * H, (block + 1) * H)}
        name={`start-${block}`}
      />
      <Arrow from={[x + 44, BOX + 20]} to={[box - 1, BOX + 20]} />
      <Arrow from={[x - 25, BOX + 20]} to={[x - 1, BOX + 20]} isShown={isCarried} />
      <Box x={box} y={BOX} width={COLUMN * T} height={44} tone="module">
        TimeRNN
      </Box>
      {steps.map((t, i) => (
        <Step
          key={t}
          middle={box + i * COLUMN + COLUMN / 2}
          t={t}
          word={words[t]}
          h={states.subarray(t * H, (t + 1) * H)}
        />
      ))}
      <Label x={box + (COLUMN * T) / 2} y={TOP - 10} tone="soft">{`hs (1, ${T}, ${H})`}</Label>
      <Label x={box + (COLUMN * T) / 2} y={BOX + 108} tone="soft">{`xs (1, ${T}, 3)`}</Label>
    </g>
  );
}

/** A word that enters the layer, and the state that leaves it. */
function Step({
  middle,
  t,
  word,
  h,
}: {
  readonly middle: number;
  readonly t: number;
  readonly word: string;
  readonly h: Float64Array;
}) {
  return (
    <g>
      <Cells x={middle - 21} y={TOP} values={h} name={`h-${t}`} />
      <Arrow from={[middle, BOX]} to={[middle, TOP + h.length * 19 + 1]} />
      <Arrow from={[middle, BOX + 68]} to={[middle, BOX + 45]} />
      <Label x={middle} y={BOX + 86}>
        {word}
      </Label>
    </g>
  );
}
