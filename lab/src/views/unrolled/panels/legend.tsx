import { signed, unsigned } from './marks.ts';

/** The colours of a scale with their underlines, from one end to the other, with the numbers of the ends. */
export function Legend({
  kind,
  ends,
}: {
  readonly kind: 'signed' | 'unsigned';
  readonly ends: readonly string[];
}) {
  const shares =
    kind === 'signed' ? [-1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1] : [0, 0.25, 0.5, 0.75, 1];
  return (
    <span class="scale-legend">
      <span class="number">{ends[0]}</span>
      {shares.map((share) => {
        const { colour, mark } = kind === 'signed' ? signed(share) : unsigned(share);
        return (
          <span key={share} class={`token ${mark}`} style={{ backgroundColor: colour }} aria-hidden="true">
            {'  '}
          </span>
        );
      })}
      <span class="number">{ends[1]}</span>
    </span>
  );
}
