import { parseSync } from 'vite';

export interface Import {
  readonly specifier: string;
  /** `type`: gone after compilation. A statement in which every name is a `type` still loads the module. */
  readonly kind: 'type' | 'value';
  /** Of `export … from`. */
  readonly reexport: boolean;
}

type Node = { readonly type: string; readonly [name: string]: unknown };

const NODE_GLOBALS = new Set(
  'process Buffer require __dirname __filename global setImmediate clearImmediate NodeJS'.split(' '),
);

const imports = new Map<string, readonly Import[]>();

/**
 * Everything that a module imports or exports from another, `import()` and types written as `import('…')` too.
 * @param name its file name; one that ends in `.tsx` has JSX
 */
export function importsOf(source: string, name: string = 'module.ts'): readonly Import[] {
  const known = imports.get(source) ?? readImports(source, name);
  imports.set(source, known);
  return known;
}

function readImports(source: string, name: string): Import[] {
  const found: Import[] = [];
  walk(
    source,
    (node) => {
      const from = node.source as { value?: unknown } | null | undefined;
      if (!from) return;
      if (typeof from.value !== 'string')
        throw new Error(`${node.type}: the module's name is not written out`);
      const isType = node.type === 'TSImportType' || node.importKind === 'type' || node.exportKind === 'type';
      found.push({
        specifier: from.value,
        kind: isType ? 'type' : 'value',
        reexport: node.type.startsWith('Export'),
      });
    },
    name,
  );
  return found;
}

/** The names in a module that only Node knows. */
export function nodeGlobalsOf(source: string): string[] {
  const found: string[] = [];
  walk(source, (node, parent, role) => {
    const isName = node.type === 'Identifier' && typeof node.name === 'string' && NODE_GLOBALS.has(node.name);
    const isOwnProperty = (role === 'property' || role === 'key') && parent?.computed === false;
    const isDeclaration = parent?.type === 'TSModuleDeclaration';
    if (isName && !isOwnProperty && !isDeclaration) found.push(node.name as string);
    const property = (node.property as { name?: string } | undefined)?.name ?? '';
    const isMeta = (node.object as { type?: string } | undefined)?.type === 'MetaProperty';
    if (isMeta && ['dirname', 'filename'].includes(property)) found.push(`import.meta.${property}`);
  });
  return found;
}

/** The methods of these names that a module calls, once for each call. */
export function callsOf(source: string, names: readonly string[]): string[] {
  const found: string[] = [];
  walk(source, (node) => {
    if (node.type !== 'CallExpression') return;
    const { property, computed } = node.callee as { property?: { name?: string }; computed?: boolean };
    const name = computed ? undefined : property?.name;
    if (name !== undefined && names.includes(name)) found.push(name);
  });
  return found;
}

/** Each function with a body, arrow functions too, by the name that it has or is given; and its lines. */
export function functionsOf(source: string): { readonly name: string; readonly lines: number }[] {
  const found: { name: string; lines: number }[] = [];
  walk(source, (node, parent) => {
    const body = node.body as Node | null | undefined;
    if (!/^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type) || !body)
      return;
    const id = (node.id ?? parent?.key ?? parent?.id) as { name?: string } | null | undefined;
    const lines = source.slice(node.start as number, node.end as number).split('\n').length;
    found.push({ name: id?.name ?? '(anonymous)', lines });
  });
  return found;
}

type Visit = (node: Node, parent: Node | null, role: string) => void;

function walk(source: string, visit: Visit, name: string = 'module.ts'): void {
  if (parsed?.source !== source) parsed = { source, root: parse(source, name) };
  descend(parsed.root, null, '', visit);
}

/** Of the last source: one after the other is asked several questions. */
let parsed: { readonly source: string; readonly root: unknown } | null = null;

function parse(source: string, name: string): unknown {
  const { program, errors } = parseSync(name, source);
  if (errors.length > 0) throw new Error(errors[0].message);
  return program;
}

function descend(value: unknown, parent: Node | null, role: string, visit: Visit): void {
  if (Array.isArray(value)) {
    for (const item of value) descend(item, parent, role, visit);
  } else if (typeof value === 'object' && value !== null && 'type' in value) {
    const node = value as Node;
    visit(node, parent, role);
    for (const [name, child] of Object.entries(node)) descend(child, node, name, visit);
  }
}
