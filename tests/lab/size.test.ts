import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';

const folder = fileURLToPath(new URL('../../dist/lab/', import.meta.url));

/** What a first visit loads, without its samples. */
const assets = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
  (path) => /\.(html|js|css|svg|wasm)$/.test(path) && !/^(samples|source)/.test(path),
);

test('the page and its engine are smaller than 400 kB as a server packs them', () => {
  expect(assets).toContain('index.html');
  const bytes = assets.map((path) => gzipSync(readFileSync(`${folder}/${path}`)).length);
  const total = bytes.reduce((sum, length) => sum + length, 0);
  expect(total).toBeLessThan(400_000);
});
