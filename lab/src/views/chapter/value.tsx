import { figure } from '../../language/language.ts';

/** A computed number of the tour: a few digits for people, all of them for programs. */
export function Value({
  name,
  value,
  shown = figure(value),
}: {
  readonly name: string;
  readonly value: number;
  readonly shown?: string;
}) {
  return (
    <strong class="number" data-testid="tour-value" data-name={name} data-value={String(value)}>
      {shown}
    </strong>
  );
}
