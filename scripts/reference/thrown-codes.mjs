// Which codes a function can throw: its own `throw`s, and those of every function of ours that it calls, as far as a
// call names its function. Calls through an interface or a parameter are not followed.
import ts from 'typescript';
import { isOurs, withoutAlias } from './program.mjs';

/** Errors of the library; a plain Error marks a bug, which no comment promises. */
const LIBRARY_ERRORS = /^(?!Error$|TypeError$|RangeError$)\w*(Error|Divergence)$/;

/** Reads functions once and follows their calls. */
export class ThrownCodes {
  #checker;
  /** Function → `{ codes, made, calls }`: what it throws, the codes of errors that it makes, what it calls. */
  #read = new Map();

  constructor(checker) {
    this.#checker = checker;
  }

  /** The codes that a function, method, constructor, accessor or variable of a function can throw, sorted. */
  of(declaration) {
    const start = functionOf(declaration);
    const seen = new Set(start ? [start] : []);
    const codes = new Set();
    for (const body of seen) {
      const { codes: own, calls } = this.#readOnce(body);
      for (const code of own) codes.add(code);
      for (const call of calls) seen.add(call);
    }
    return [...codes].sort();
  }

  #readOnce(body) {
    const found = this.#read.get(body) ?? { codes: new Set(), made: new Set(), calls: new Set() };
    if (this.#read.has(body)) return found;
    this.#read.set(body, found);
    if (body.body) this.#walk(body.body, found, true);
    if (ts.isConstructorDeclaration(body) || ts.isClassDeclaration(body)) this.#walkFields(body, found);
    return found;
  }

  /** The initialisers of a class run in its constructor. A class without a constructor has that of its base. */
  #walkFields(node, found) {
    const owner = ts.isClassDeclaration(node) ? node : node.parent;
    for (const member of owner.members) {
      const isField = ts.isPropertyDeclaration(member) && member.initializer;
      const isStatic = ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Static;
      if (isField && !isStatic) this.#walk(member.initializer, found, true);
    }
    const base = owner.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword);
    if (base && ts.isClassDeclaration(node)) this.#follow(base.types[0].expression, found, true);
  }

  /** @param escapes whether what is thrown here leaves the function */
  #walk(node, found, escapes) {
    if (ts.isTryStatement(node)) {
      const inner = escapes && (!node.catchClause || throwsAnything(node.catchClause.block));
      this.#walk(node.tryBlock, found, inner);
      if (node.catchClause) this.#walk(node.catchClause.block, found, escapes);
      if (node.finallyBlock) this.#walk(node.finallyBlock, found, escapes);
      return;
    }
    if (isLaterFunction(node)) return;
    if (ts.isThrowStatement(node) && escapes) this.#thrown(node.expression, found);
    if (ts.isCallExpression(node)) this.#follow(node.expression, found, escapes);
    if (ts.isNewExpression(node)) {
      this.#make(node, found);
      this.#follow(node.expression, found, escapes);
    }
    ts.forEachChild(node, (child) => this.#walk(child, found, escapes));
  }

  #make(node, { made }) {
    const name = node.expression.getText();
    const [code] = node.arguments ?? [];
    if (LIBRARY_ERRORS.test(name) && code && ts.isStringLiteral(code)) made.add(code.text);
  }

  /** `throw new UnrolledError('shape', …)`, or a call of a function that makes the error. */
  #thrown(expression, { codes }) {
    if (ts.isNewExpression(expression)) {
      const [code] = expression.arguments ?? [];
      if (!LIBRARY_ERRORS.test(expression.expression.getText())) return;
      codes.add(code && ts.isStringLiteral(code) ? code.text : '*');
    } else if (ts.isCallExpression(expression)) {
      const maker = this.#bodyOf(expression.expression);
      const { made } = maker ? this.#readOnce(maker) : { made: [] };
      for (const code of made) codes.add(code);
      if ([...made].length === 0 && maker) codes.add('*');
    }
  }

  #follow(callee, { calls }, escapes) {
    const body = escapes ? this.#bodyOf(callee) : undefined;
    if (body) calls.add(body);
  }

  /** The function of ours that a callee names, if it has a body here. */
  #bodyOf(callee) {
    if (callee.kind === ts.SyntaxKind.SuperKeyword) {
      const base = callee.parent.parent && ts.findAncestor(callee, ts.isClassDeclaration);
      const clause = base?.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword);
      return clause && this.#bodyOf(clause.types[0].expression);
    }
    const name = ts.isPropertyAccessExpression(callee) ? callee.name : callee;
    const symbol = withoutAlias(this.#checker, this.#checker.getSymbolAtLocation(name));
    const bodies = (symbol?.declarations ?? []).filter(isOurs).map(functionOf);
    return bodies.find((body) => body !== undefined);
  }
}

/** The node that holds the body which a declaration's callers run. */
function functionOf(declaration) {
  if (ts.isClassDeclaration(declaration)) {
    return (
      declaration.members.find((member) => ts.isConstructorDeclaration(member) && member.body) ?? declaration
    );
  }
  if (ts.isVariableDeclaration(declaration) || ts.isPropertyAssignment(declaration)) {
    const value = declaration.initializer;
    return value && (ts.isArrowFunction(value) || ts.isFunctionExpression(value)) ? value : undefined;
  }
  return declaration.body ? declaration : undefined;
}

/** A function that this place only hands on or keeps: one that isn't an argument of a call runs when somebody calls it. */
function isLaterFunction(node) {
  if (ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node) || ts.isClassLike(node)) return true;
  return (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) && !ts.isCallExpression(node.parent);
}

function throwsAnything(block) {
  let found = false;
  const look = (node) => {
    if (ts.isThrowStatement(node)) found = true;
    else if (!isLaterFunction(node)) ts.forEachChild(node, look);
  };
  look(block);
  return found;
}
