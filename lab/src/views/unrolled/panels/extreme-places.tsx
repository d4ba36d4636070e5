import type { ActivationCalls } from '../../../engine/activations/calls.ts';
import type { UnitActivation } from '../../../engine/activations/units.ts';
import { number, say } from '../../../language/language.ts';
import { ContextText } from './context-text.tsx';
import { rounded } from './marks.ts';

type Places = ReturnType<ActivationCalls['extremes']>;

/** Where a unit is most and least active in the training text. */
export function ExtremePlaces({
  unit,
  places,
  isOld,
}: {
  readonly unit: UnitActivation;
  readonly places: Places;
  /** Whether the places of another unit are being computed. */
  readonly isOld: boolean;
}) {
  const texts = say.value.panels.extremes;
  return (
    <div aria-busy={isOld}>
      <h4>{texts.heading}</h4>
      <p class="note">{texts.note}</p>
      <div class="extremes">
        <PlaceList {...{ unit, isOld }} kind="highest" places={places.highest} />
        <PlaceList {...{ unit, isOld }} kind="lowest" places={places.lowest} />
      </div>
    </div>
  );
}

function PlaceList({
  unit,
  kind,
  places,
  isOld,
}: {
  readonly unit: UnitActivation;
  readonly kind: 'highest' | 'lowest';
  readonly places: Places['highest'];
  readonly isOld: boolean;
}) {
  const { extremes: texts, token } = say.value.panels;
  return (
    <section aria-label={texts[kind]}>
      <h5>{texts[kind]}</h5>
      <ol class="places">
        {places.map((place) => (
          <li key={place.token}>
            <span
              class="number place-value"
              title={token(number(place.token))}
              data-testid={isOld ? undefined : 'unit-extreme'}
              data-kind={kind}
              data-layer={unit.layer}
              data-unit={unit.unit}
              data-activation={unit.activation}
              data-token={place.token}
              data-value={String(place.value)}
            >
              {rounded(place.value)}
            </span>
            <ContextText context={place.context} first={place.token} last={place.token} scale="signed" />
          </li>
        ))}
      </ol>
    </section>
  );
}
