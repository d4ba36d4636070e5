import type { ScoredPlace } from '../../engine/scoring/calls.ts';
import { figure, say } from '../../language/language.ts';
import { visible } from '../../parts/visible.ts';
import * as scoring from '../../state/scoring.ts';
import { show } from './cursor.ts';
import { signed } from './totals.tsx';

/** The most surprising units, or those that differ most. Each leads to its place. */
export function Places({ places }: { readonly places: readonly ScoredPlace[] }) {
  const texts = say.value.read;
  const hasTwo = scoring.facts.value?.comparison !== null;
  const levelOf = ({ level }: ScoredPlace) => (hasTwo ? signed(level) : figure(level));
  return (
    <section class="read-places">
      <h2>{hasTwo ? texts.differing : texts.surprising[scoring.unit.value]}</h2>
      <ol>
        {places.map((place) => (
          <li key={place.token}>
            <button type="button" class="plain" onClick={() => show(place.token, place.row)}>
              <span class="number">{levelOf(place)}</span>
              <span class="read-context">
                {place.before.slice(-28)}
                <b>
                  <Visible text={place.text} />
                </b>
              </span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** A text whose white space is seen as marks, and heard as words. */
function Visible({ text }: { readonly text: string }) {
  const names: Readonly<Record<string, string>> = say.value.read.spoken;
  const parts = visible(text).split(/([␣⏎⇥])/);
  return (
    <>
      {parts.map((part, i) =>
        names[part] === undefined ? (
          part
        ) : (
          <span key={i}>
            <span aria-hidden="true">{part}</span>
            <span class="read-heard">{names[part]}</span>
          </span>
        ),
      )}
    </>
  );
}
