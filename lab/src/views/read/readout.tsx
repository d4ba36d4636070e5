import { effect, type Signal, signal } from '@preact/signals';
import { view } from '../../address.ts';
import type { Expected, TokenDetails, UnitDetails } from '../../engine/scoring/calls.ts';
import { figure, number, percent, say } from '../../language/language.ts';
import { visible } from '../../parts/visible.ts';
import { engine } from '../../state/engine.ts';
import { Latest } from '../../state/latest.ts';
import { source } from '../../state/reading.ts';
import * as scoring from '../../state/scoring.ts';
import * as selection from '../../state/selection.ts';
import { sentence } from '../../state/sentence.ts';
import { described } from './cursor.ts';

/** The unit that is described, by each model. */
const details: Signal<readonly UnitDetails[]> = signal([]);
const latest = new Latest();

effect(() => {
  const [token, facts, by] = [described.value, scoring.facts.value, scoring.unit.value];
  if (token === null || !facts || token >= facts.totals[0].tokens) {
    details.value = [];
    return;
  }
  void latest
    .run(() => engine.call('scoredUnit', { by, token }))
    .then((found) => {
      if (found) details.value = found;
    });
});

/** Everything about the unit under the pointer, or the selected one. */
export function Readout() {
  const texts = say.value.read.readout;
  return (
    <section class="read-out" aria-label={texts.title} aria-live="polite">
      {details.value.length === 0 && <p class="empty">{texts.hint}</p>}
      <div class="read-sides">
        {details.value.map((unit, side) => (
          <Unit key={side === 0 ? 'a' : 'b'} unit={unit} name={scoring.names.value[side]} />
        ))}
      </div>
      {details.value.length > 0 && (
        <button type="button" onClick={() => void unroll(details.value[0].tokens[0].index)}>
          {texts.unroll}
        </button>
      )}
    </section>
  );
}

function Unit({ unit, name }: { readonly unit: UnitDetails; readonly name: string }) {
  const texts = say.value.read.readout;
  const most = unit.tokens.reduce((a, b) => (b.bits > a.bits ? b : a));
  return (
    <div>
      <p class="read-unit">
        <b>{visible(unit.text.slice(0, 80))}</b> <span class="number">{texts.bits(figure(unit.bits))}</span>{' '}
        <span class="note">{name}</span>
      </p>
      {unit.tokenCount > 1 && <Pieces unit={unit} />}
      <p class="number">
        {unit.tokenCount > 1 && `${visible(most.text)}: `}
        {texts.numbers(percent(most.probability), number(most.rank))}
        {most.scoredAs !== null && ` ${texts.unknown(most.scoredAs)}`}
      </p>
      <p class="note">{texts.expected}</p>
      <Bars expected={most.expected} token={most} />
    </div>
  );
}

/** The tokens of a unit with their bits. */
function Pieces({ unit: { tokens, tokenCount } }: { readonly unit: UnitDetails }) {
  return (
    <p class="read-pieces number">
      {tokens.map(({ index, text, bits }) => (
        <span key={index}>
          {visible(text)} {figure(bits)}
        </span>
      ))}
      {tokens.length < tokenCount && '…'}
    </p>
  );
}

/** What the model expected instead; the token itself is marked if it is among them. */
function Bars({ expected, token }: { readonly expected: readonly Expected[]; readonly token: TokenDetails }) {
  return (
    <ol class="read-expected">
      {expected.map((one, i) => (
        <li key={one.token} class={i + 1 === token.rank ? 'read-came' : ''}>
          <code>{visible(one.token)}</code>
          <span class="share-bar" style={{ '--share': one.probability }} aria-hidden="true" />
          <span class="number">
            {percent(one.probability)}
            {i + 1 === token.rank && ' ✓'}
          </span>
        </li>
      ))}
    </ol>
  );
}

/** Shows the token in the view Unrolled: with the whole text, or with the part around it of a long one. */
async function unroll(token: number): Promise<void> {
  const passage = await engine.call('passage', token);
  source.value = 'sentence';
  sentence.value = passage.text;
  selection.token.value = String(passage.token);
  view.value = 'unrolled';
}
