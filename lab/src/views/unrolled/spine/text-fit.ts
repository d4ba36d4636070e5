const known: Map<string, string> = new Map();

/** The beginning of a text that fits into a width, with an ellipsis where it is cut. */
export function fitted(context: CanvasRenderingContext2D, text: string, width: number): string {
  const key = `${context.font} ${width} ${text}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  if (known.size > 5_000) known.clear();
  const letters = [...text];
  let length = letters.length;
  let shown = text;
  while (length > 1 && context.measureText(shown).width > width)
    shown = `${letters.slice(0, --length).join('')}…`;
  known.set(key, shown);
  return shown;
}
