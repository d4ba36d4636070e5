import { say } from '../../language/language.ts';
import { saveFile } from '../../parts/save-file.ts';
import { cells, layerFromTop, type Shown } from '../../state/back/back.ts';
import { layerOf, shownNorm } from '../../state/back/shown-norms.ts';
import { normsTSV } from './norms-tsv.ts';

/** The norms of the block as numbers, and files of them. */
export function NormsTable({ shown: { gradients } }: { readonly shown: Shown }) {
  const texts = say.value.time;
  const all = [gradients, ...cells.value];
  const columns = all.map(({ layers }) => layerOf(layers, layerFromTop.value).h);
  const names = all.map(({ cell }, i) =>
    i === 0 ? `${texts.this} (${cell.toUpperCase()})` : cell.toUpperCase(),
  );
  const save = () => saveFile('gradients.tsv', new Blob([normsTSV(gradients, cells.value)]));
  return (
    <details>
      <summary>{texts.table}</summary>
      <div class="scrolls">
        <table class="number">
          <caption>{texts.axisNorm.h}</caption>
          <thead>
            <tr>
              <th scope="col">{texts.back}</th>
              {names.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {Array.from(columns[0], (_, back) => (
              <tr key={back}>
                <th scope="row">{back}</th>
                {columns.map((norms, i) => (
                  <td key={names[i]}>{norms[back] === undefined ? '–' : shownNorm(norms[back])}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div class="buttons">
        <button type="button" onClick={save}>
          {texts.saveNumbers}
        </button>
      </div>
    </details>
  );
}
