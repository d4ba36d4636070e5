import type { PatternMatch, PatternMatches } from '../../../engine/activations/calls.ts';
import type { ReadingFacts } from '../../../engine/reading/calls.ts';
import { number, say } from '../../../language/language.ts';
import { Problem } from '../../../parts/problem.tsx';
import { bounded, matches, selectRange, threshold } from '../../../state/panels/pattern.ts';
import { reading } from '../../../state/reading.ts';
import { selectedRange } from '../../../state/selection.ts';
import { ContextText } from './context-text.tsx';
import { rounded } from './marks.ts';
import { NumberField } from './number-field.tsx';
import { pieceOf } from './pieces.ts';
import { TokenText } from './token-text.tsx';

/** The places of the training text at which the same units are active as in a range of the text. */
export function PatternPanel() {
  const texts = say.value.panels;
  const { heading, note, source, choose } = texts.pattern;
  const { result, question, error, isWorking } = matches;
  const isShown = question.value !== null && question.value.reading === reading.value?.id;
  return (
    <section class="panel" aria-label={heading}>
      <h3>{heading}</h3>
      <p class="note">
        {note} ({source})
      </p>
      {reading.value && <RangeFields read={reading.value} />}
      {!selectedRange.value && <p class="empty">{choose}</p>}
      <Problem message={error.value} />
      {isWorking.value && (
        <p class="working" role="status">
          {texts.working}
        </p>
      )}
      {isShown && result.value && <Matches found={result.value} />}
    </section>
  );
}

function RangeFields({ read }: { readonly read: ReadingFacts }) {
  const texts = say.value.panels.pattern;
  const { token } = say.value.panels;
  const range = selectedRange.value;
  const last = read.ids.length - 1;
  const isIn = (index: number) => range !== null && index >= range.first && index <= range.last;
  const look = (index: number) => ({
    text: pieceOf(read, index),
    name: token(String(index)),
    isSelected: isIn(index),
    mark: isIn(index) ? 'in-range' : '',
  });
  return (
    <>
      <TokenText
        label={texts.text}
        testId="range-token"
        read={read}
        count={read.ids.length}
        look={look}
        start={range?.first ?? 0}
        onChoose={(index, isExtending) => {
          const from = isExtending && range ? (index < range.first ? range.last : range.first) : index;
          selectRange(from, index);
        }}
      />
      <div class="panel-fields">
        <NumberField
          label={texts.first}
          value={range?.first ?? null}
          most={last}
          onChange={(first) => selectRange(first, Math.max(first, range?.last ?? first))}
        />
        <NumberField
          label={texts.last}
          value={range?.last ?? null}
          most={last}
          onChange={(end) => selectRange(Math.min(end, range?.first ?? end), end)}
        />
        <Rules />
      </div>
    </>
  );
}

function Rules() {
  const texts = say.value.panels.pattern;
  return (
    <>
      <label class="field">
        <span>
          {texts.threshold} <output class="number">{threshold.value}</output>
        </span>
        <input
          type="range"
          min="0.05"
          max="0.95"
          step="0.05"
          value={threshold.value}
          onChange={({ currentTarget }) => (threshold.value = String(currentTarget.valueAsNumber))}
        />
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={bounded.value === 'yes'}
          onChange={({ currentTarget }) => (bounded.value = currentTarget.checked ? 'yes' : 'no')}
        />
        <span>{texts.bounded}</span>
      </label>
    </>
  );
}

function Matches({ found }: { readonly found: PatternMatches }) {
  const texts = say.value.panels.pattern;
  const { units, matches: all } = found;
  if (units.length === 0) return <p class="empty">{texts.noUnits}</p>;
  return (
    <>
      <details class="units">
        <summary>{texts.units(units.length)}</summary>
        <p class="number">{units.map(nameOf).join(' · ')}</p>
      </details>
      {all.length === 0 && <p class="empty">{texts.noMatches}</p>}
      {all.length > 0 && <p class="legend">{texts.score}</p>}
      <ol class="places">
        {all.map((match) => (
          <MatchRow key={match.first} match={match} units={units} />
        ))}
      </ol>
    </>
  );
}

function nameOf({ layer, unit, sign }: PatternMatches['units'][number]): string {
  return `${layer + 1}.${unit}${sign > 0 ? '+' : '−'}`;
}

function MatchRow({
  match: { first, last, score, agreeing, context },
  units,
}: {
  readonly match: PatternMatch;
  readonly units: PatternMatches['units'];
}) {
  const { pattern: texts, token } = say.value.panels;
  return (
    <li>
      <span
        class="number place-value"
        title={token(number(first))}
        data-testid="pattern-match"
        data-first={first}
        data-last={last}
        data-value={String(score)}
        data-units={agreeing.map((i) => `${units[i].layer}.${units[i].unit}`).join(' ')}
      >
        {rounded(score, 2)}
      </span>
      <div>
        <ContextText context={context} first={first} last={last} scale="unsigned" />
        <details class="units">
          <summary>{texts.match(agreeing.length, units.length, last - first + 1)}</summary>
          <p class="number">
            {texts.agreeing}: {agreeing.map((i) => nameOf(units[i])).join(' · ')}
          </p>
        </details>
      </div>
    </li>
  );
}
