/** A whole number between two others. */
export function NumberField({
  label,
  value,
  least = 0,
  most,
  onChange,
}: {
  readonly label: string;
  readonly value: number | null;
  /** Default 0. */
  readonly least?: number;
  readonly most: number;
  readonly onChange: (value: number) => void;
}) {
  return (
    <label class="field">
      <span>{label}</span>
      <input
        type="number"
        min={least}
        max={most}
        value={value ?? ''}
        onChange={({ currentTarget }) => {
          const typed = currentTarget.valueAsNumber;
          if (Number.isInteger(typed)) onChange(Math.max(least, Math.min(most, typed)));
        }}
      />
    </label>
  );
}
