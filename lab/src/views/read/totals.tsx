import type { ScoringFacts } from '../../engine/scoring/calls.ts';
import { figure, number, say } from '../../language/language.ts';
import { Measure } from '../../parts/measure.tsx';
import { Term } from '../../parts/term.tsx';

/** The totals of each model, and the difference with its interval. */
export function Totals({
  facts,
  names,
}: {
  readonly facts: ScoringFacts;
  readonly names: readonly string[];
}) {
  const texts = say.value.read;
  const { totals, comparison } = facts;
  const sides = ['a', 'b'];
  return (
    <>
      <div class="scrolls">
        <table class="read-totals">
          <caption>{facts.name ?? texts.caption}</caption>
          <thead>
            <tr>
              <th scope="col">{say.value.models.label}</th>
              <th scope="col">{texts.total.tokens}</th>
              <th scope="col">{texts.total.unknown}</th>
              <th scope="col">
                <Term name="surprisal" label={texts.total.bits} />
              </th>
              <th scope="col">{texts.total.bitsPerToken}</th>
              <th scope="col">{texts.total.bitsPerCharacter}</th>
              <th scope="col">
                <Term name="perplexity" label={texts.total.perplexity} />
              </th>
            </tr>
          </thead>
          <tbody>
            {totals.map((total, side) => (
              <tr key={sides[side]}>
                <th scope="row">
                  {totals.length > 1 && `${sides[side].toUpperCase()} · `}
                  {names[side]}
                </th>
                <td class="number">{number(total.tokens)}</td>
                <td class="number">{number(total.unknownTokens)}</td>
                <td>
                  <Measure id={`bits-${sides[side]}`} value={total.bits} shown={figure(total.bits)} />
                </td>
                <td class="number">{figure(total.bitsPerToken)}</td>
                <td>
                  <Measure
                    id={`bits-per-character-${sides[side]}`}
                    value={total.bitsPerCharacter}
                    shown={figure(total.bitsPerCharacter)}
                  />
                </td>
                <td>
                  <Measure
                    id={`perplexity-${sides[side]}`}
                    value={total.perplexity}
                    shown={figure(total.perplexity)}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {comparison && <Difference comparison={comparison} />}
    </>
  );
}

function Difference({ comparison }: { readonly comparison: NonNullable<ScoringFacts['comparison']> }) {
  const texts = say.value.read.difference;
  const { mean, interval, lines, noInterval } = comparison.difference;
  return (
    <p class="verdict">
      {texts.mean} <Measure id="difference" value={mean} shown={signed(mean)} /> {texts.per[comparison.unit]}.{' '}
      {interval
        ? texts.interval(signed(interval.low), signed(interval.high), lines)
        : texts.none[noInterval!]}{' '}
      {interval && verdictOf(interval)}
    </p>
  );
}

function verdictOf({ low, high }: { readonly low: number; readonly high: number }): string {
  const { better } = say.value.read.difference;
  return high < 0 ? better.b : low > 0 ? better.a : better.neither;
}

/** A difference with its sign. */
export function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${figure(Math.abs(value))}`;
}
