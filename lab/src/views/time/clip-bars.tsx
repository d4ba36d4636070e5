import type { BlockGradients } from '../../engine/gradients/calls.ts';
import { say } from '../../language/language.ts';
import { cells } from '../../state/back/back.ts';
import { shownNorm } from '../../state/back/shown-norms.ts';
import { model } from '../../state/models.ts';

/** The width of the bars in the units of their drawing. */
const WIDTH = 400;

/** The norm of all gradients of each model, on a log scale, with the limit at which they are clipped. */
export function ClipBars({ own }: { readonly own: BlockGradients }) {
  const texts = say.value.time;
  const clip = model.value?.clip ?? null;
  const bars = [
    { name: `${texts.this} (${own.cell.toUpperCase()})`, norm: own.parameterNorm },
    ...cells.value.map(({ cell, parameterNorm }) => ({ name: cell.toUpperCase(), norm: parameterNorm })),
  ];
  const at = logScale([...bars.map(({ norm }) => norm), ...(clip === null ? [] : [clip])]);
  return (
    <>
      <h3>{texts.clipTitle}</h3>
      <p class="note">{clip === null ? texts.noClip : texts.clipNote}</p>
      <table class="clip-bars">
        <tbody>
          {bars.map(({ name, norm }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>
                <svg viewBox={`0 0 ${WIDTH} 20`} aria-hidden="true" preserveAspectRatio="none">
                  <rect class="norm-bar" x={0} y={4} width={at(norm)} height={12} />
                  {clip !== null && <line class="norm-limit" x1={at(clip)} x2={at(clip)} y1={0} y2={20} />}
                </svg>
              </td>
              <td class="number">{shownNorm(norm)}</td>
              <td class="note">
                {clip !== null && (norm > clip ? texts.clipped(shownNorm(clip / norm)) : texts.within)}
              </td>
            </tr>
          ))}
        </tbody>
        {clip !== null && (
          <tfoot>
            <tr>
              <td />
              <td class="limit-name" colSpan={3}>
                {texts.clipLimit(shownNorm(clip))}
              </td>
            </tr>
          </tfoot>
        )}
      </table>
    </>
  );
}

/** From a fifth of the smallest number to twice the largest one. */
function logScale(numbers: readonly number[]): (number: number) => number {
  const some = numbers.filter((number) => number > 0);
  const [least, most] = [Math.log(Math.min(...some) / 5), Math.log(Math.max(...some) * 2)];
  return (number) => Math.max(0, (WIDTH * (Math.log(number) - least)) / (most - least));
}
