import { useSignal } from '@preact/signals';
import type { StepNumbers } from '../../../engine/chapter/calls.ts';
import { say } from '../../../language/language.ts';
import { Slider } from '../../../parts/slider.tsx';
import { Arrow } from '../pictures/arrow.tsx';
import { decimals } from '../pictures/cells.tsx';
import { Label } from '../pictures/label.tsx';
import { Matrix } from '../pictures/matrix.tsx';
import { Picture } from '../pictures/picture.tsx';
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

const [LEFT, MIDDLE, RIGHT, LAST] = [16, 226, 436, 690];
const [UPPER, LOWER] = [36, 190];

function Matrices({ step, unit }: { readonly step: StepNumbers; readonly unit: number }) {
  const texts = say.value.chapter.steps.shapes;
  const { N, D, H, hBefore, Wh, hWh, x, Wx, xWx, h } = step;
  const isRow = (row: number) => row === 0;
  const isColumn = (_: number, column: number) => column === unit;
  const isCell = (row: number, column: number) => isRow(row) && isColumn(row, column);
  const [state, input] = [`(N, H) = (${N}, ${H})`, `(N, D) = (${N}, ${D})`];
  const middle = (UPPER + LOWER) / 2;
  return (
    <Picture width={910} height={300} label={texts.picture} legend={texts.legend}>
      <Matrix
        {...{ x: LEFT, y: UPPER, label: 'h₋', shape: state, columns: H, name: 'hBefore' }}
        values={hBefore}
        isMarked={isRow}
      />
      <Sign x={MIDDLE - 26} y={UPPER}>
        ·
      </Sign>
      <Matrix
        {...{ x: MIDDLE, y: UPPER, label: 'Wh', shape: `(H, H) = (${H}, ${H})`, columns: H, name: 'Wh' }}
        values={Wh}
        isMarked={isColumn}
      />
      <Sign x={RIGHT - 26} y={UPPER}>
        =
      </Sign>
      <Matrix
        {...{ x: RIGHT, y: UPPER, label: 'h₋·Wh', shape: state, columns: H, name: 'hWh' }}
        values={hWh}
        isMarked={isCell}
      />
      <Matrix
        {...{ x: LEFT, y: LOWER, label: 'x', shape: input, columns: D, name: 'x' }}
        values={x}
        isMarked={isRow}
      />
      <Sign x={MIDDLE - 26} y={LOWER}>
        ·
      </Sign>
      <Matrix
        {...{ x: MIDDLE, y: LOWER, label: 'Wx', shape: `(D, H) = (${D}, ${H})`, columns: H, name: 'Wx' }}
        values={Wx}
        isMarked={isColumn}
      />
      <Sign x={RIGHT - 26} y={LOWER}>
        =
      </Sign>
      <Matrix
        {...{ x: RIGHT, y: LOWER, label: 'x·Wx', shape: state, columns: H, name: 'xWx' }}
        values={xWx}
        isMarked={isCell}
      />
      <Arrow from={[RIGHT + 172, UPPER + 20]} to={[LAST - 6, middle + 12]} />
      <Arrow from={[RIGHT + 172, LOWER + 20]} to={[LAST - 6, middle + 26]} />
      <Matrix
        {...{
          x: LAST,
          y: middle - 4,
          label: 'h = tanh(h₋·Wh + x·Wx + b)',
          shape: state,
          columns: H,
          name: 'h',
        }}
        values={h}
        isMarked={isCell}
      />
    </Picture>
  );
}

function Sign({ x, y, children }: { readonly x: number; readonly y: number; readonly children: string }) {
  return (
    <Label x={x} y={y + 16} tone="strong">
      {children}
    </Label>
  );
}
