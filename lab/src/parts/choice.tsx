/** A labelled list of values, of which one is chosen. */
export function Choice<T extends string>({
  label,
  value,
  all,
  nameOf,
}: {
  readonly label: string;
  /** A signal, or what is read and set like one. */
  readonly value: { value: T };
  readonly all: readonly T[];
  readonly nameOf: (value: T) => string;
}) {
  return (
    <label class="field">
      <span>{label}</span>
      <select value={value.value} onChange={({ currentTarget }) => (value.value = currentTarget.value as T)}>
        {all.map((one) => (
          <option key={one} value={one}>
            {nameOf(one)}
          </option>
        ))}
      </select>
    </label>
  );
}
