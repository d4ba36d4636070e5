// Lists the public interface: exports, and the public members of classes, interfaces and type literals.
import ts from 'typescript';
import { isInternal } from './doc-comments.mjs';
import { isOurs, withoutAlias } from './program.mjs';

/** Each public declaration once: `{ name, node, isMember }`. */
export function* publicDeclarations({ checker, exported }) {
  const seen = new Set();
  const waiting = [...exported];
  for (let symbol = waiting.shift(); symbol; symbol = waiting.shift()) {
    for (const node of symbol.declarations ?? []) {
      if (seen.has(node) || !isOurs(node)) continue;
      seen.add(node);
      yield { name: symbol.name, node, isMember: false };
      for (const member of membersOf(checker, node, waiting)) {
        if (seen.has(member) || !isOurs(member) || !isPublic(member)) continue;
        seen.add(member);
        yield { name: nameOf(member), node: member, isMember: true };
      }
    }
  }
}

function membersOf(checker, node, waiting) {
  if (ts.isTypeAliasDeclaration(node)) return literalMembers(checker, node.type, waiting);
  if (ts.isInterfaceDeclaration(node)) return declaredProperties(checker.getTypeAtLocation(node));
  if (!ts.isClassDeclaration(node)) return [];
  const constructors = node.members.filter(ts.isConstructorDeclaration);
  const statics = node.members.filter((member) => isStatic(member));
  return [...constructors, ...statics, ...declaredProperties(checker.getTypeAtLocation(node))];
}

/** The properties of a type, those that it inherits too. */
function declaredProperties(type) {
  return type.getProperties().flatMap(({ declarations }) => declarations ?? []);
}

/** The members of the literals in a type. Types that it refers to are added to `waiting`: they may not be exported. */
function literalMembers(checker, type, waiting) {
  if (ts.isTypeLiteralNode(type)) return [...type.members];
  if (ts.isUnionTypeNode(type) || ts.isIntersectionTypeNode(type)) {
    return type.types.flatMap((part) => literalMembers(checker, part, waiting));
  }
  if (ts.isParenthesizedTypeNode(type)) return literalMembers(checker, type.type, waiting);
  if (ts.isTypeReferenceNode(type)) {
    waiting.push(withoutAlias(checker, checker.getSymbolAtLocation(type.typeName)));
  }
  return [];
}

function isStatic(node) {
  return (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Static) !== 0;
}

function isPublic(node) {
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
  if (ts.isParameter(node) || ts.isClassStaticBlockDeclaration(node)) return false;
  if ((ts.getCombinedModifierFlags(node) & hidden) !== 0) return false;
  if (node.name && (ts.isPrivateIdentifier(node.name) || ts.isComputedPropertyName(node.name))) return false;
  return !isInternal(node);
}

function nameOf(member) {
  let owner = member.parent;
  while (owner && !owner.name) owner = owner.parent;
  const own = ts.isConstructorDeclaration(member) ? 'constructor' : (member.name?.getText() ?? '()');
  return `${owner?.name.getText() ?? ''}.${own}`;
}
