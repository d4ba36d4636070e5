import { defineConfig } from 'vite';

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
  worker: { format: 'es' },
});
