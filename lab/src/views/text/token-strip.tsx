import type { TokenPage } from '../../engine/text/calls.ts';

/** A part of the text in which each token can be seen. */
export function TokenStrip({ page }: { readonly page: TokenPage }) {
  return (
    <div class="tokens" data-testid="tokens">
      {page.tokens.map(({ text, id, known }, i) => (
        <span
          key={`${page.start}:${i}`}
          class={`token tint-${i % 2}${known ? '' : ' unknown'}`}
          title={String(id)}
        >
          {text.replaceAll('\n', '⏎\n')}
        </span>
      ))}
    </div>
  );
}
