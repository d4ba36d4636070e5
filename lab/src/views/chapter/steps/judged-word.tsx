import type { LossNumbers } from '../../../engine/chapter/calls.ts';
import { figure, say } from '../../../language/language.ts';
import { Bars } from '../../../pictures/bars.tsx';
import { Cells } from '../../../pictures/cells.tsx';
import { Label, NumberLabel } from '../../../pictures/label.tsx';
import { Picture } from '../../../pictures/picture.tsx';

const WIDTH = 330;

/** The numbers of one step: vector, state, the probabilities of the next word, and the loss of the right one. */
export function JudgedWord({ numbers, step }: { readonly numbers: LossNumbers; readonly step: number }) {
  const { right, vector, state, loss, judged } = say.value.chapter.steps.layers;
  const { vocabulary, targets, losses, vectors, states } = numbers;
  const target = targets[step];
  const row = rowOf(numbers.probabilities, step, targets.length);
  const sum = `${loss}: −log ${row[target].toFixed(3)} = ${figure(losses[step])}`;
  return (
    <Picture width={WIDTH} height={330} label={judged}>
      <NumberLabel x={WIDTH / 2} y={28} name="step-loss" value={losses[step]} shown={sum} tone="strong" />
      <Label x={WIDTH / 2} y={50} tone="soft">
        {right(vocabulary[target])}
      </Label>
      <Bars
        {...{ x: 0, y: 62, width: WIDTH - 8, words: vocabulary, values: row, name: 'p' }}
        isMarked={(id) => id === target}
      />
      <Vector y={246} label={state} name="h" values={rowOf(states, step, targets.length)} />
      <Vector y={282} label={vector} name="vector" values={rowOf(vectors, step, targets.length)} />
    </Picture>
  );
}

/** Row `step` of a matrix with T rows. */
function rowOf(matrix: Float64Array, step: number, T: number): Float64Array {
  const width = matrix.length / T;
  return matrix.subarray(step * width, (step + 1) * width);
}

function Vector({
  y,
  label,
  name,
  values,
}: {
  readonly y: number;
  readonly label: string;
  readonly name: string;
  readonly values: Float64Array;
}) {
  return (
    <g>
      <Label x={68} y={y + 14} anchor="end" tone="soft">
        {label}
      </Label>
      <Cells x={76} y={y} columns={values.length} values={values} name={name} />
    </g>
  );
}
