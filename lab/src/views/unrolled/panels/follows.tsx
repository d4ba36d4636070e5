import type { Feature } from '../../../engine/activations/features.ts';
import { columnOf, type UnitActivation } from '../../../engine/activations/units.ts';
import { say } from '../../../language/language.ts';
import { training } from '../../../state/panels/training-text.ts';
import { rounded } from './marks.ts';

/** Below this, a correlation is not worth a sentence. */
const WEAK = 0.2;
const MOST = 3;

/** Which features of the text a unit follows, in words. */
export function Follows({ unit }: { readonly unit: UnitActivation }) {
  const texts = say.value.panels;
  const found = training.value;
  if (!found) return null;
  const column = columnOf(found.widths, unit);
  const strong = Object.entries(found.correlations)
    .map(([feature, all]) => ({ feature: feature as Feature, r: all[column] }))
    .filter(({ r }) => Math.abs(r) >= WEAK)
    .sort((a, b) => Math.abs(b.r) - Math.abs(a.r))
    .slice(0, MOST);
  return (
    <>
      <h4>{texts.unit.follows}</h4>
      {strong.length === 0 && <p class="note">{texts.unit.followsNothing}</p>}
      <ul class="follows">
        {strong.map(({ feature, r }) => (
          <li key={feature}>
            {(r > 0 ? texts.unit.higher : texts.unit.lower)(texts.finder.features[feature], rounded(r, 2))}
          </li>
        ))}
      </ul>
    </>
  );
}
