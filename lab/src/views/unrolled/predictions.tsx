import { sequential } from '../../charts/scales.ts';
import type { ColumnWindow } from '../../engine/reading/calls.ts';
import { figure, percent, say } from '../../language/language.ts';
import { Term } from '../../parts/term.tsx';
import { visible } from '../../parts/visible.ts';
import { isEdited, original, reading } from '../../state/reading.ts';
import { columnAt, columnBefore } from '../../state/spine.ts';
import { colourScheme } from '../../theme.ts';
import { readToken } from './spine/pins.ts';
import { tokenText } from './spine/scene.ts';

/** The token that is read: its surprisal, and what the model expects after it. */
export function Predictions() {
  const facts = reading.value;
  const step = readToken.value;
  if (!facts || step < 0) return null;
  const texts = say.value.unrolled;
  const text = tokenText(facts, step);
  const before = isEdited.value ? original.value?.bits[step] : undefined;
  return (
    <section class="expected">
      <h2>{texts.token(step, text)}</h2>
      <p class="number">
        <Term name="surprisal" label={texts.surprisal} />{' '}
        {texts.surprise(figure(facts.bits[step]), String(facts.ranks[step]))}
        {before !== undefined && before !== facts.bits[step] && ` (${texts.was(figure(before))})`}
      </p>
      <h3>{texts.predictions(text)}</h3>
      <List step={step} came={facts.ids[step + 1]} />
    </section>
  );
}

function List({ step, came }: { readonly step: number; readonly came: number | undefined }) {
  const column = columnAt(step);
  if (!column) return <p class="note">…</p>;
  const { window, row } = column;
  return (
    <ol class="next-tokens">
      {Array.from({ length: window.K }, (_, k) => (
        <Row key={k} {...{ window, step, at: row * window.K + k, came }} />
      ))}
    </ol>
  );
}

function Row({
  window,
  step,
  at,
  came,
}: {
  readonly window: ColumnWindow;
  readonly step: number;
  readonly at: number;
  readonly came: number | undefined;
}) {
  const id = window.topIds[at];
  const p = window.topProbabilities[at];
  const before = isEdited.value ? earlier(step, id) : null;
  return (
    <li data-testid="next-token" data-token={window.topTokens[at]} data-p={String(p)}>
      <code>{visible(window.topTexts[at])}</code>
      <span class="bar">
        <span style={{ width: `${100 * p}%`, background: sequential(0.3 + 0.7 * p, colourScheme.value) }} />
      </span>
      <span class="number">
        {percent(p)}
        {before !== null && ` (${percent(before)})`}
      </span>
      {id === came && <span class="came">✓ {say.value.unrolled.came}</span>}
    </li>
  );
}

/** The probability of a token before the change, if it was among the most likely ones; null without a change. */
function earlier(step: number, id: number): number | null {
  const column = columnBefore(step);
  if (!column) return null;
  const { K, topIds, topProbabilities } = column.window;
  const k = topIds.subarray(column.row * K, (column.row + 1) * K).indexOf(id);
  return k < 0 ? null : topProbabilities[column.row * K + k];
}
