import { diverging, sequential } from '../../charts/scales.ts';
import { say } from '../../language/language.ts';
import { colourScheme } from '../../theme.ts';
import { limit } from './spine/build-scene.ts';

const SHADES = 9;

/** The scales of the picture, with their units. */
export function Legend() {
  const { legend } = say.value.unrolled;
  const end = limit.value;
  const scheme = colourScheme.value;
  return (
    <div class="legend scales">
      <Scale
        label={legend.state}
        low={`−${end}`}
        high={`+${end}`}
        colour={(share) => diverging(2 * share - 1, scheme)}
      />
      <Scale
        label={legend.probability}
        low="0"
        high={`1, 12 ${say.value.unrolled.bits}`}
        colour={(share) => sequential(share, scheme)}
      />
      <span>{legend.right}</span>
      <span>{legend.negative}</span>
    </div>
  );
}

function Scale({
  label,
  low,
  high,
  colour,
}: {
  readonly label: string;
  readonly low: string;
  readonly high: string;
  readonly colour: (share: number) => string;
}) {
  return (
    <span class="scale">
      {label} <span class="number">{low}</span>
      <span class="shades" aria-hidden="true">
        {Array.from({ length: SHADES }, (_, i) => (
          <span key={i} style={{ background: colour(i / (SHADES - 1)) }} />
        ))}
      </span>
      <span class="number">{high}</span>
    </span>
  );
}
