import { useSignal } from '@preact/signals';
import { say } from '../../../language/language.ts';
import { significant } from '../../../language/number-texts.ts';
import { Slider } from '../../../parts/slider.tsx';
import { Label } from '../../../pictures/label.tsx';
import { Picture } from '../../../pictures/picture.tsx';
import { useAnswer } from '../use-answer.ts';
import { Value } from '../value.tsx';
import { Computing } from './computing.tsx';

const FACTORS = [0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4];
const LENGTHS = [10, 100, 1000];
const STEPS = 20;

/** Vanishing and exploding gradients by the factor of Wh, and the memory of a long block. */
export function LongStep() {
  const texts = say.value.chapter.steps.long;
  const index = useSignal(3);
  const scale = FACTORS[index.value];
  const found = useAnswer('tourGradients', { steps: STEPS, T: STEPS, hidden: 32, scale, losses: 'last' });
  const bytes = useAnswer('tourMemory', LENGTHS);
  if (!found) return <Computing />;
  const shown = (i: number) => `× ${FACTORS[i]}`;
  return (
    <>
      <Slider label={texts.slider} value={index} min={0} max={FACTORS.length - 1} shown={shown} />
      <Norms norms={found.norms} />
      <p>
        {texts.first}: <Value name="norm" value={found.norms[0]} shown={significant(found.norms[0])} />
      </p>
      {bytes && (
        <p>
          {texts.memory}{' '}
          {bytes.map((size, i) => (
            <span key={LENGTHS[i]} class="tour-pair">
              T = {LENGTHS[i]}{' '}
              <Value name={`bytes-${LENGTHS[i]}`} value={size} shown={texts.bytes((size / 1e6).toFixed(1))} />
            </span>
          ))}
        </p>
      )}
    </>
  );
}

const [LEFT, COLUMN, TOP, HEIGHT] = [52, 18, 14, 200];
/** Powers of ten at the bottom and at the top of the scale. */
const [LEAST, MOST] = [-13, 4];

function heightOf(power: number): number {
  return TOP + ((MOST - power) / (MOST - LEAST)) * HEIGHT;
}

/** Bars from 1 up or down, on a log scale. */
function Norms({ norms }: { readonly norms: Float64Array }) {
  const { picture, legend, axis } = say.value.chapter.steps.long;
  const right = LEFT + STEPS * COLUMN;
  return (
    <Picture width={right + 8} height={TOP + HEIGHT + 44} label={picture} legend={legend}>
      {[3, 0, -3, -6, -9, -12].map((power) => (
        <g key={power}>
          <line
            x1={LEFT}
            x2={right}
            y1={heightOf(power)}
            y2={heightOf(power)}
            class={power === 0 ? 'draw-axis' : 'draw-grid'}
          />
          <Label x={LEFT - 8} y={heightOf(power) + 4} anchor="end" tone="soft">
            10<tspan class="draw-power">{String(power).replace('-', '−')}</tspan>
          </Label>
        </g>
      ))}
      {Array.from({ length: STEPS }, (_, back) => (
        <Bar key={back} back={back} norm={norms[STEPS - 1 - back]} />
      ))}
      <Label x={(LEFT + right) / 2} y={TOP + HEIGHT + 38} tone="soft">
        {axis}
      </Label>
    </Picture>
  );
}

function Bar({ back, norm }: { readonly back: number; readonly norm: number }) {
  const power = Math.min(MOST, Math.max(LEAST, Math.log10(norm)));
  const [zero, end] = [heightOf(0), heightOf(power)];
  const x = LEFT + back * COLUMN + 3;
  const look = { transform: `scaleY(${(end - zero) / HEIGHT || 0.002})`, transformOrigin: `0 ${zero}px` };
  return (
    <g data-testid="tour-value" data-name={`back-${back}`} data-value={String(norm)}>
      <rect x={x} y={zero} width={COLUMN - 6} height={HEIGHT} class="draw-bar backward" style={look} />
      <Label x={x + (COLUMN - 6) / 2} y={TOP + HEIGHT + 18} tone="small">
        {back}
      </Label>
    </g>
  );
}
