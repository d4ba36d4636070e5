/** Colours and fonts of the pictures, in light and dark. */
const style = `
  text { font: 15px system-ui, sans-serif; fill: #24292f; }
  .title { font-weight: 600; }
  .quiet { fill: #57606a; }
  .code { font-family: ui-monospace, Menlo, Consolas, monospace; }
  .small { font-size: 13px; }
  .middle { text-anchor: middle; }
  .end { text-anchor: end; }
  .line { stroke: #57606a; fill: none; }
  .blue { fill: #0969da; }
  .blue-line { stroke: #0969da; fill: none; stroke-width: 2.5; }
  .red { fill: #cf222e; }
  .red-line { stroke: #cf222e; fill: none; stroke-width: 1.5; }
  .box { fill: #ddf4ff; stroke: #0969da; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .quiet { fill: #8d96a0; }
    .line { stroke: #8d96a0; }
    .blue { fill: #4493f8; }
    .blue-line { stroke: #4493f8; }
    .red { fill: #f85149; }
    .red-line { stroke: #f85149; }
    .box { fill: #121d2f; stroke: #4493f8; }
  }`;

/**
 * An SVG that follows the colour scheme of the page.
 * @param label what a screen reader says
 */
export function picture(width: number, height: number, label: string, parts: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escapeXml(label)}">
<style>${style}
</style>
${parts.join('\n')}
</svg>
`;
}

/** @param classes of the style above, separated by spaces */
export function label(x: number, y: number, text: string, classes = '', attributes = ''): string {
  const kind = classes ? ` class="${classes}"` : '';
  return `<text${kind} x="${short(x)}" y="${short(y)}"${attributes}>${escapeXml(text)}</text>`;
}

export function rectangle(
  kind: string,
  { x, y, width, height }: Readonly<Record<'x' | 'y' | 'width' | 'height', number>>,
  attributes = '',
): string {
  return `<rect class="${kind}" x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}" rx="3"${attributes}/>`;
}

/** A number with at most one decimal. */
export function short(value: number): string {
  return String(Math.round(10 * value) / 10);
}

export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
