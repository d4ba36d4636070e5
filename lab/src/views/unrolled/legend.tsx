import { diverging, sequential } from '../../charts/scales.ts';
import { say } from '../../language/language.ts';
import { gates } from '../../state/spine.ts';
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
      <Scale label={legend.probability} colour={(share) => sequential(share, scheme)} />
      {gates.value === 'on' && (
        <Scale label={legend.gate} low="0" high="1" colour={(share) => sequential(share, scheme)} />
      )}
      <span>{legend.right}</span>
      <span>{legend.cut}</span>
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
  /** The ends; left out where the label says them. */
  readonly low?: string;
  readonly high?: string;
  readonly colour: (share: number) => string;
}) {
  return (
    <span class="scale">
      {label} {low !== undefined && <span class="number">{low}</span>}
      <span class="shades" aria-hidden="true">
        {Array.from({ length: SHADES }, (_, i) => (
          <span key={i} style={{ background: colour(i / (SHADES - 1)) }} />
        ))}
      </span>
      {high !== undefined && <span class="number">{high}</span>}
    </span>
  );
}
