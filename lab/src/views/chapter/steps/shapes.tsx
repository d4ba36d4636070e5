import { useSignal } from '@preact/signals';
import type { StepNumbers } from '../../../engine/chapter/calls.ts';
import { say } from '../../../language/language.ts';
import { Slider } from '../../../parts/slider.tsx';
import { Arrow } from '../../../pictures/arrow.tsx';
import { decimals } from '../../../pictures/cells.tsx';
import { Matrix } from '../../../pictures/matrix.tsx';
import { Picture } from '../../../pictures/picture.tsx';
import { Product } from '../../../pictures/product.tsx';
import { useAnswer } from '../use-answer.ts';
import { Value } from '../value.tsx';
import { Computing } from './computing.tsx';

/** The matrices of one step. */
export function ShapesStep() {
  const texts = say.value.chapter.steps.shapes;
  const [N, unit] = [useSignal(2), useSignal(0)];
  const found = useAnswer('tourStep', { N: N.value });
  if (!found) return <Computing />;
  const j = unit.value;
  return (
    <>
      <Slider label={texts.streams} value={N} min={1} max={4} />
      <Slider label={texts.unit} value={unit} min={0} max={found.H - 1} />
      <Matrices step={found} unit={j} />
      <p>
        {texts.sum}: tanh({decimals(found.hWh[j])} + {decimals(found.xWx[j])} + 0) ={' '}
        <Value name="h" value={found.h[j]} />
      </p>
    </>
  );
}

const [RIGHT, LAST] = [436, 690];
const [UPPER, LOWER] = [36, 190];
const MIDDLE = (UPPER + LOWER) / 2;

/** Both products, and the state that their sum gives. */
function Matrices({ step, unit }: { readonly step: StepNumbers; readonly unit: number }) {
  const { picture, legend } = say.value.chapter.steps.shapes;
  const { N, H, hBefore, Wh, hWh, x, Wx, xWx, h } = step;
  const sum = { x: LAST, y: MIDDLE - 4, label: 'h = tanh(h₋·Wh + x·Wx + b)', shape: `(N, H) = (${N}, ${H})` };
  const sizes = { N, H, unit };
  const isCell = (row: number, column: number) => row === 0 && column === unit;
  return (
    <Picture width={910} height={300} label={picture} legend={legend}>
      <Product {...sizes} y={UPPER} size="H" names={['hBefore', 'Wh', 'hWh']} matrices={[hBefore, Wh, hWh]} />
      <Product {...sizes} y={LOWER} size="D" names={['x', 'Wx', 'xWx']} matrices={[x, Wx, xWx]} />
      <Arrow from={[RIGHT + 172, UPPER + 20]} to={[LAST - 6, MIDDLE + 12]} />
      <Arrow from={[RIGHT + 172, LOWER + 20]} to={[LAST - 6, MIDDLE + 26]} />
      <Matrix {...sum} columns={H} name="h" values={h} isMarked={isCell} />
    </Picture>
  );
}
