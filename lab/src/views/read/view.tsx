import { number, percent, say } from '../../language/language.ts';
import { Problem } from '../../parts/problem.tsx';
import * as scoring from '../../state/scoring.ts';
import { Controls } from './controls.tsx';
import { Curve } from './curve.tsx';
import { HeatText } from './heat-text.tsx';
import { Legend } from './legend.tsx';
import { Places } from './places.tsx';
import { Readout } from './readout.tsx';
import { Totals } from './totals.tsx';
import './read.css';

/** Which text is read, by which models, and what is coloured. */
export function Rail() {
  return <Controls />;
}

/** The text, coloured by its surprisal. */
export function Stage() {
  const { facts, outline, error } = scoring;
  const texts = say.value.read;
  return (
    <>
      <Problem message={error.value} />
      <Working />
      {facts.value && (
        <>
          {facts.value.read < facts.value.length && (
            <p class="note">{texts.partRead(number(facts.value.read), number(facts.value.length))}</p>
          )}
          <Totals facts={facts.value} names={scoring.names.value} />
          <Legend />
        </>
      )}
      {facts.value && outline.value && (
        <>
          <HeatText outline={outline.value} names={scoring.names.value} />
          <Readout />
          <div class="beside">
            <Places places={outline.value.places} />
            <Curve curve={outline.value.curve} names={scoring.names.value} />
          </div>
        </>
      )}
      {!facts.value && scoring.share.value === null && error.value === null && (
        <p class="empty">{texts.nothing}</p>
      )}
    </>
  );
}

/** The progress of a long text, which can be stopped. */
function Working() {
  const share = scoring.share.value;
  if (share === null) return null;
  const { working, stop } = say.value.read;
  return (
    <p class="working buttons" role="status">
      {working(percent(Math.floor(100 * share) / 100))}
      <progress value={share} aria-label={working('')} />
      <button type="button" onClick={scoring.stop}>
        {stop}
      </button>
    </p>
  );
}
