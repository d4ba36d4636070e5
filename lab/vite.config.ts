import { readFileSync } from 'node:fs';
import { defineConfig, type Plugin } from 'vite';

/** People drop any file on the page, so it has the table of all file types, not the short one for pages. */
const allFileTypes: Plugin = {
  name: 'all-file-types',
  load: (id) =>
    id.endsWith('/formats/identify-file.page.js') ? readFileSync(id.replace('.page', ''), 'utf8') : null,
};

// biome-ignore lint/style/noDefaultExport: this is where Vite looks.
export default defineConfig({
  root: import.meta.dirname,
  // Relative addresses, for any folder of any host.
  base: './',
  build: {
    outDir: '../dist/lab',
    emptyOutDir: true,
    target: 'es2022',
    // The content security policy of the page has no data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  worker: { format: 'es', plugins: () => [allFileTypes] },
});
