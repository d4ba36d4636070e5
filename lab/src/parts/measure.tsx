/** A measured number: rounded for people, in all digits for programs. */
export function Measure({
  id,
  value,
  shown,
}: {
  readonly id: string;
  readonly value: number;
  readonly shown: string;
}) {
  return (
    <span class="number" data-testid={id} data-value={String(value)}>
      {shown}
    </span>
  );
}
