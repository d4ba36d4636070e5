/**
 * The first token of each chunk of a text. A chunk has `size` tokens, or up to twice as many so that it ends with a line; without
 * a line end among them it is cut after `size`.
 */
export function chunkStarts(count: number, size: number, endsLine: (token: number) => boolean): number[] {
  const starts: number[] = [];
  for (let at = 0; at < count; ) {
    starts.push(at);
    const limit = Math.min(count, at + 2 * size);
    let end = Math.min(count, at + size);
    while (end < limit && !endsLine(end - 1)) end++;
    const isCut = end === limit && end < count && !endsLine(end - 1);
    at = isCut ? at + size : end;
  }
  return starts;
}
