/** How a token looks. Its data are attributes for programs, in all digits. */
export interface TokenLook {
  readonly text: string;
  /** The CSS colour behind it. */
  readonly colour?: string;
  /** Classes that say the same as the colour, such as an underline. */
  readonly mark?: string;
  readonly data?: Readonly<Record<string, string>>;
  /** What is read out, beside the text. */
  readonly name: string;
  readonly isSelected?: boolean;
}

/** A token of a list. */
export function Token({
  index,
  look: { text, colour, mark, data, name, isSelected },
  testId,
  isTabStop,
}: {
  readonly index: number;
  readonly look: TokenLook;
  readonly testId: string;
  readonly isTabStop: boolean;
}) {
  return (
    <span
      role="option"
      tabIndex={isTabStop ? 0 : -1}
      aria-selected={isSelected === true}
      aria-label={`${text} ${name}`}
      class={`token ${mark ?? ''}`}
      style={colour ? { backgroundColor: colour } : undefined}
      data-testid={testId}
      data-token={index}
      data-index={index}
      {...data}
    >
      {text.replaceAll('\n', '⏎\n')}
    </span>
  );
}

/** The index of the token that an event is about. */
export function indexOf(target: EventTarget | null): number | null {
  const index = (target as HTMLElement | null)?.closest<HTMLElement>('[data-index]')?.dataset.index;
  return index === undefined ? null : Number(index);
}
