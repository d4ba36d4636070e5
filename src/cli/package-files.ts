import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/** The package is found by its name: as sources and as built code, this module lies in folders of different depths. */
const description = pathToFileURL(createRequire(import.meta.url).resolve('unrolled/package.json'));

/** A file of the package, by its path from the package's folder. */
export function packageFile(path: string): URL {
  return new URL(path, description);
}
