// Reads doc comments, including those that a member inherits.
import ts from 'typescript';

/** The text of all doc comments of a declaration: `{ summary, tags }`, with `tags` as name → texts. */
export function docOf(declaration) {
  let summary = '';
  const tags = new Map();
  for (const part of ts.getJSDocCommentsAndTags(declaration)) {
    if (ts.isJSDoc(part)) {
      summary += textOf(part.comment);
      for (const tag of part.tags ?? []) add(tags, tag);
    } else add(tags, part);
  }
  return { summary: summary.trim(), tags };
}

/** Whether the node is marked `@internal`. */
export function isInternal(declaration) {
  return docOf(declaration).tags.has('internal');
}

/**
 * The doc of a member. A missing summary or `@throws` is taken from the member of the same name that its class or
 * interface extends or implements.
 */
export function inheritedDocOf(checker, member) {
  const { summary, tags } = docOf(member);
  const bases = baseMembersOf(checker, member).map((base) => inheritedDocOf(checker, base));
  const thrown = bases.find((base) => base.tags.has('throws'));
  return {
    summary: summary || (bases.find((base) => base.summary)?.summary ?? ''),
    tags: thrown ? new Map([['throws', thrown.tags.get('throws')], ...tags]) : tags,
  };
}

function baseMembersOf(checker, member) {
  const name = member.name?.getText() ?? '';
  const types = (member.parent.heritageClauses ?? []).flatMap((clause) => [...clause.types]);
  return types.flatMap((type) => checker.getTypeAtLocation(type).getProperty(name)?.declarations ?? []);
}

function add(tags, tag) {
  const name = tag.tagName.text;
  const type = tag.typeExpression ? tag.typeExpression.getText() : '';
  tags.set(name, [
    ...(tags.get(name) ?? []),
    `${type} ${tag.name?.getText() ?? ''} ${textOf(tag.comment)}`.trim(),
  ]);
}

function textOf(comment) {
  return ts.getTextOfJSDocComment(comment) ?? '';
}
