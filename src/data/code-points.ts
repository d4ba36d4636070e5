/** How many Unicode code points a text has: what other languages count as its length. */
export function countCodePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
