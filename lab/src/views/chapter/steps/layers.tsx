import { useSignal } from '@preact/signals';
import type { LossNumbers } from '../../../engine/chapter/calls.ts';
import { figure, say } from '../../../language/language.ts';
import { Slider } from '../../../parts/slider.tsx';
import { Arrow } from '../pictures/arrow.tsx';
import { Bars } from '../pictures/bars.tsx';
import { Box } from '../pictures/box.tsx';
import { Cells } from '../pictures/cells.tsx';
import { Label, NumberLabel } from '../pictures/label.tsx';
import { Picture } from '../pictures/picture.tsx';
import { useAnswer } from '../use-answer.ts';
import { Value } from '../value.tsx';
import { Computing } from './computing.tsx';

/** The language model from ids to loss, with the numbers of one step. */
export function LayersStep() {
  const texts = say.value.chapter.steps.layers;
  const step = useSignal(0);
  const found = useAnswer('tourLosses');
  if (!found) return <Computing />;
  return (
    <>
      <Slider label={texts.slider} value={step} min={0} max={found.ids.length - 1} />
      <Picture width={870} height={330} label={texts.picture} legend={texts.legend}>
        <Layers numbers={found} step={step.value} />
        <Chosen numbers={found} step={step.value} />
      </Picture>
      <p>
        {texts.mean} = <Value name="loss" value={found.loss} />
      </p>
    </>
  );
}

const [LEFT, COLUMN] = [16, 68];
const LAYERS = ['TimeSoftmaxWithLoss', 'TimeAffine', 'TimeRNN', 'TimeEmbedding'];
const layerTop = (i: number) => 50 + i * 60;

/** The layers as bands over all steps, with ids below and losses above. */
function Layers({
  numbers: { words, ids, losses },
  step,
}: {
  readonly numbers: LossNumbers;
  readonly step: number;
}) {
  const T = words.length;
  return (
    <g>
      <rect
        x={LEFT}
        y={8}
        width={COLUMN}
        height={312}
        rx={6}
        class="box active"
        style={{ transform: `translateX(${step * COLUMN}px)` }}
      />
      {words.map((word, t) => {
        const middle = LEFT + t * COLUMN + COLUMN / 2;
        return (
          <g key={t}>
            <NumberLabel
              x={middle}
              y={28}
              name={`loss-${t}`}
              value={losses[t]}
              shown={figure(losses[t])}
              tone={t === step ? 'strong' : 'plain'}
            />
            {LAYERS.map((layer, i) => (
              <Arrow key={layer} from={[middle, layerTop(i) + 58]} to={[middle, layerTop(i) + 36]} />
            ))}
            <Label x={middle} y={302}>
              {word}
            </Label>
            <Label x={middle} y={317} tone="soft">
              {`id ${ids[t]}`}
            </Label>
          </g>
        );
      })}
      {LAYERS.map((layer, i) => (
        <Box key={layer} x={LEFT} y={layerTop(i)} width={T * COLUMN} height={34} tone="module">
          {layer}
        </Box>
      ))}
    </g>
  );
}

/** The numbers of one step: vector, state, the probabilities of the next word. */
function Chosen({ numbers, step }: { readonly numbers: LossNumbers; readonly step: number }) {
  const { right, vector, state, loss } = say.value.chapter.steps.layers;
  const { vocabulary, targets, probabilities, losses, vectors, states } = numbers;
  const [V, T] = [vocabulary.length, targets.length];
  const [D, H] = [vectors.length / T, states.length / T];
  const x = LEFT + T * COLUMN + 30;
  const row = probabilities.subarray(step * V, (step + 1) * V);
  return (
    <g>
      <NumberLabel
        x={x + 150}
        y={28}
        name="step-loss"
        value={losses[step]}
        shown={`${loss}: −log ${row[targets[step]].toFixed(3)} = ${figure(losses[step])}`}
        tone="strong"
      />
      <Label x={x + 150} y={50} tone="soft">
        {right(vocabulary[targets[step]])}
      </Label>
      <Bars
        x={x}
        y={60}
        width={310}
        words={vocabulary}
        values={row}
        name="p"
        isMarked={(id) => id === targets[step]}
      />
      <Label x={x + 60} y={254} anchor="end" tone="soft">
        {state}
      </Label>
      <Cells x={x + 68} y={240} columns={H} values={states.subarray(step * H, (step + 1) * H)} name="h" />
      <Label x={x + 60} y={290} anchor="end" tone="soft">
        {vector}
      </Label>
      <Cells
        x={x + 68}
        y={276}
        columns={D}
        values={vectors.subarray(step * D, (step + 1) * D)}
        name="vector"
      />
    </g>
  );
}
