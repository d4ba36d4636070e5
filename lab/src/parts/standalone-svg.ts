/** What a drawing gets from the style sheets of the page. */
const PROPERTIES = [
  'fill',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'opacity',
  'font-family',
  'font-size',
  'font-weight',
] as const;

/** A drawing of the page as an SVG file, with the colours and fonts that it has now. */
export function standaloneSVG(drawing: SVGSVGElement): Blob {
  const copy = drawing.cloneNode(true) as SVGSVGElement;
  const copies = copy.querySelectorAll('*');
  drawing.querySelectorAll('*').forEach((element, i) => {
    const style = getComputedStyle(element);
    for (const property of PROPERTIES) copies[i].setAttribute(property, style.getPropertyValue(property));
    for (const name of ['class', 'style']) copies[i].removeAttribute(name);
  });
  const paper = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  const { backgroundColor } = getComputedStyle(document.body);
  for (const [name, value] of Object.entries({ width: '100%', height: '100%', fill: backgroundColor }))
    paper.setAttribute(name, value);
  copy.prepend(paper);
  return new Blob([new XMLSerializer().serializeToString(copy)]);
}
