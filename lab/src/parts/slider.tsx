import { useId } from 'preact/hooks';

/** A labelled slider over the whole numbers of a range, or over a list of values by their index. */
export function Slider({
  label,
  value,
  min,
  max,
  shown = String,
}: {
  readonly label: string;
  /** A signal, or what is read and set like one. */
  readonly value: { value: number };
  readonly min: number;
  readonly max: number;
  readonly shown?: (value: number) => string;
}) {
  const id = useId();
  return (
    <div class="slider">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="range"
        min={min}
        max={max}
        value={value.value}
        aria-valuetext={shown(value.value)}
        onInput={({ currentTarget }) => (value.value = Number(currentTarget.value))}
      />
      <output for={id} class="number">
        {shown(value.value)}
      </output>
    </div>
  );
}
