// Finds what the doc comments of the public interface lack, as lines: `src/errors.ts ErrorCode: no summary`.
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { docOf, inheritedDocOf } from './doc-comments.mjs';
import { fileOf, openProgram } from './program.mjs';
import { publicDeclarations } from './public-members.mjs';
import { ThrownCodes } from './thrown-codes.mjs';
import { missingUnit } from './units.mjs';

/**
 * Each finding once, sorted.
 * @param entries paths of modules whose exports are public. Default: the three entries of the package
 */
export function findings(entries) {
  const program = openProgram(entries);
  const thrown = new ThrownCodes(program.checker);
  const found = new Set();
  for (const { name, node, isMember } of publicDeclarations(program)) {
    for (const finding of findingsOf(program.checker, thrown, node, isMember)) {
      found.add(`${fileOf(node)} ${name}: ${finding}`);
    }
  }
  return [...found].sort();
}

function* findingsOf(checker, thrown, node, isMember) {
  const doc = isMember ? inheritedDocOf(checker, node) : docOf(node);
  const overloads = overloadDocs(checker, node);
  if (!doc.summary && !needsNoSummary(node) && !overloads.some(({ summary }) => summary)) yield 'no summary';
  // The codes of a class are those of its constructor, which is a member.
  const codes = ts.isClassDeclaration(node) ? [] : thrown.of(node);
  const docs = [doc, ...overloads, ...(ts.isConstructorDeclaration(node) ? [docOf(node.parent)] : [])];
  if (codes.length > 0 && !docs.some(({ tags }) => tags.has('throws'))) {
    yield `no @throws, may throw ${codes.join(', ')}`;
  }
  const units = missingUnit(checker, node, doc);
  if (units) yield `no unit, such as ${units[0]}`;
}

/** The summary of a class is that of its constructor; `event: 'step'` and `readonly name = 'step'` say all themselves. */
function needsNoSummary(node) {
  if (ts.isConstructorDeclaration(node)) return true;
  if (ts.isPropertySignature(node)) return node.type?.literal?.kind === ts.SyntaxKind.StringLiteral;
  if (!ts.isPropertyDeclaration(node) || !node.initializer) return false;
  return (
    ts.isStringLiteral(node.initializer) &&
    node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ReadonlyKeyword)
  );
}

/** The comments of the other overloads of a function, which stand for its implementation too. */
function overloadDocs(checker, node) {
  if (!node.name) return [];
  const others = checker.getSymbolAtLocation(node.name)?.declarations ?? [];
  return others.filter((other) => other !== node).map(docOf);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(findings().join('\n'));
