/** An address relative to the page. The worker lies in a folder of its own, `assets/`. */
export function pageAddress(address: string): URL {
  return new URL(`../${address}`, self.location.href);
}
