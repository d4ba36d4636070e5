import type { TextFacts } from '../../engine/text/calls.ts';
import { number, percent, say } from '../../language/language.ts';
import { FactsList } from '../../parts/facts-list.tsx';
import { visible } from '../../parts/visible.ts';

/** Counts of a text and its split, and its most frequent tokens. */
export function Facts({ facts }: { readonly facts: TextFacts }) {
  const { facts: names, kinds, frequent } = say.value.text;
  const kind = kinds[facts.tokens as keyof typeof kinds] ?? facts.tokens;
  const rows: readonly (readonly [string, string])[] = [
    [names.characters, number(facts.characters)],
    [names.lines, number(facts.lines)],
    [names.tokens, `${number(facts.tokenCount)} (${kind})`],
    [names.vocabulary, number(facts.vocabSize)],
    [names.train, number(facts.trainTokens)],
    [names.valid, number(facts.validTokens)],
    ...(facts.items === null ? [] : [[names.items, number(facts.items)] as const]),
    ...(facts.validUnknownRate === null ? [] : [[names.unknown, percent(facts.validUnknownRate)] as const]),
  ];
  return (
    <>
      <h2>{facts.name}</h2>
      <FactsList rows={rows} />
      {facts.frequent.length > 0 && (
        <>
          <h3>{frequent}</h3>
          <ul class="frequent">
            {facts.frequent.map(({ token, count }) => (
              <li key={token}>
                <code>{visible(token)}</code> <span class="number">{number(count)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
