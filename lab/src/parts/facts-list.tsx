/** Names with their values, such as counts and settings. */
export function FactsList({ rows }: { readonly rows: readonly (readonly [string, string | number])[] }) {
  return (
    <dl class="facts">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd class="number">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
