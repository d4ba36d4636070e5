import { diverging, sequential, shareOfBits } from '../../charts/scales.ts';
import type { ScoreUnit } from '../../engine/scoring/calls.ts';
import { say } from '../../language/language.ts';
import * as scoring from '../../state/scoring.ts';
import { colourScheme } from '../../theme.ts';

const LEVELS = [0, 2, 4, 6, 8, 10, 12];
const SHARES = [-1, -0.5, 0, 0.5, 1];

/** The difference that has the end of the scale, in bits: per token or word; per token or character of a line. */
export function endOf(unit: ScoreUnit): number {
  if (unit !== 'line') return 6;
  return scoring.facts.value?.comparison?.unit === 'character' ? 0.5 : 2;
}

/** The scales of the colours, with their numbers. */
export function Legend() {
  const texts = say.value.read.legend;
  const unit = scoring.unit.value;
  const scheme = colourScheme.value;
  const hasTwo = scoring.facts.value?.comparison !== null;
  return (
    <div class="legend read-scales">
      <span>{texts[unit]}</span>
      <ol>
        {LEVELS.map((bits) => (
          <li key={bits} style={{ background: sequential(shareOfBits(bits), scheme) }}>
            {bits === 12 ? '12+' : bits}
          </li>
        ))}
      </ol>
      {hasTwo && (
        <>
          <span>{texts.difference}</span>
          <ol>
            {SHARES.map((share) => (
              <li key={share} style={{ background: diverging(share, scheme) }}>
                {`${share > 0 ? '+' : share < 0 ? '−' : ''}${Math.abs(share * endOf(unit))}`}
              </li>
            ))}
          </ol>
        </>
      )}
      <span class="heat-segment unknown">{texts.unknown}</span>
    </div>
  );
}
