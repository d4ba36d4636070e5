import { useSignal } from '@preact/signals';
import type { LossNumbers } from '../../../engine/chapter/calls.ts';
import { figure, say } from '../../../language/language.ts';
import { Slider } from '../../../parts/slider.tsx';
import { Arrow } from '../../../pictures/arrow.tsx';
import { Box } from '../../../pictures/box.tsx';
import { Label, NumberLabel } from '../../../pictures/label.tsx';
import { Picture } from '../../../pictures/picture.tsx';
import { useAnswer } from '../use-answer.ts';
import { Value } from '../value.tsx';
import { Computing } from './computing.tsx';
import { JudgedWord } from './judged-word.tsx';

/** The language model from ids to loss, with the numbers of one step. */
export function LayersStep() {
  const texts = say.value.chapter.steps.layers;
  const step = useSignal(0);
  const found = useAnswer('tourLosses');
  if (!found) return <Computing />;
  return (
    <>
      <Slider label={texts.slider} value={step} min={0} max={found.ids.length - 1} />
      <div class="tour-row">
        <Layers numbers={found} step={step.value} />
        <JudgedWord numbers={found} step={step.value} />
      </div>
      <p>
        {texts.mean} = <Value name="loss" value={found.loss} />
      </p>
    </>
  );
}

const [LEFT, COLUMN] = [14, 56];
const LAYERS = ['TimeSoftmaxWithLoss', 'TimeAffine', 'TimeRNN', 'TimeEmbedding'];
const layerTop = (i: number) => 50 + i * 60;

/** The layers as bands over all steps, with ids below and losses above. */
function Layers({ numbers, step }: { readonly numbers: LossNumbers; readonly step: number }) {
  const { picture, legend } = say.value.chapter.steps.layers;
  const width = numbers.words.length * COLUMN;
  const move = { transform: `translateX(${step * COLUMN}px)` };
  return (
    <Picture width={width + 2 * LEFT} height={330} label={picture} legend={legend} focus={step * COLUMN}>
      <rect x={LEFT} y={8} width={COLUMN} height={314} rx={6} class="draw-box active" style={move} />
      {numbers.words.map((_, t) => (
        <Column key={t} numbers={numbers} t={t} isChosen={t === step} />
      ))}
      {LAYERS.map((layer, i) => (
        <Box key={layer} x={LEFT} y={layerTop(i)} width={width} height={34} tone="module">
          {layer}
        </Box>
      ))}
    </Picture>
  );
}

function Column({
  numbers: { words, ids, losses },
  t,
  isChosen,
}: {
  readonly numbers: LossNumbers;
  readonly t: number;
  readonly isChosen: boolean;
}) {
  const middle = LEFT + t * COLUMN + COLUMN / 2;
  const loss = { name: `loss-${t}`, value: losses[t], shown: figure(losses[t]) };
  return (
    <g>
      <NumberLabel x={middle} y={28} {...loss} tone={isChosen ? 'strong' : 'plain'} />
      {LAYERS.map((layer, i) => (
        <Arrow key={layer} from={[middle, layerTop(i) + 58]} to={[middle, layerTop(i) + 36]} />
      ))}
      <Label x={middle} y={302} tone="small">
        {words[t]}
      </Label>
      <Label x={middle} y={317} tone="soft">
        {`id ${ids[t]}`}
      </Label>
    </g>
  );
}
