// The sources as the compiler sees them, and what the package's three entries export.
import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const packageEntries = [
  'src/index.ts',
  'src/recipe/index.ts',
  'src/serving/index.ts',
  'src/interop/index.ts',
].map((path) => root + path);

/**
 * Opens the program: `{ checker, exported }`, where `exported` are the symbols that the entries export.
 * @param entries paths of modules. Default: the three entries of the package
 */
export function openProgram(entries = packageEntries) {
  const config = fileURLToPath(new URL('tsconfig.json', import.meta.url));
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(config, ts.sys.readFile).config,
    ts.sys,
    fileURLToPath(new URL('.', import.meta.url)),
  );
  const program = ts.createProgram(entries, options, hostFor(options));
  const checker = program.getTypeChecker();
  const exported = new Set();
  for (const entry of entries) {
    const module = checker.getSymbolAtLocation(program.getSourceFile(entry));
    for (const symbol of checker.getExportsOfModule(module)) exported.add(withoutAlias(checker, symbol));
  }
  return { checker, exported };
}

/** Declarations of packages, parsed once and without their comments: half of the time goes there otherwise. */
const ofPackages = new Map();

function hostFor(options) {
  const host = ts.createCompilerHost(options);
  const parse = host.getSourceFile;
  host.getSourceFile = (file, how, ...rest) => {
    if (!file.includes('/node_modules/')) return parse(file, how, ...rest);
    const known =
      ofPackages.get(file) ??
      ts.createSourceFile(file, host.readFile(file), {
        ...how,
        jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
      });
    ofPackages.set(file, known);
    return known;
  };
  return host;
}

/** The symbol that an import or export refers to. */
export function withoutAlias(checker, symbol) {
  return symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

/** Whether the node is declared in this repository. */
export function isOurs(node) {
  return !node.getSourceFile().fileName.includes('/node_modules/');
}

/** The node's file, from the root of the repository. */
export function fileOf(node) {
  return relative(root, node.getSourceFile().fileName);
}

if (!existsSync(`${root}src/backends/wasm/module-bytes.ts`)) {
  throw new Error('the sources are incomplete; run `npm run build` first');
}
