// Finds numbers whose comments lack the unit that their names imply.
import ts from 'typescript';

/** Words of a name, and the units of which the comment must name one. */
const UNITS = [
  {
    words: [
      'second',
      'seconds',
      'minutes',
      'milliseconds',
      'duration',
      'timeout',
      'delay',
      'elapsed',
      'interval',
      'uptime',
    ],
    units: ['seconds', 'second', 's', 'milliseconds', 'ms', 'minutes', 'hours'],
  },
  { words: ['byte', 'bytes', 'memory'], units: ['bytes', 'byte', 'KB', 'MB', 'GB', 'MiB', 'GiB'] },
  {
    words: ['bits', 'nats', 'loss', 'losses', 'surprisal', 'entropy', 'logprob', 'logprobs'],
    units: ['bits', 'bit', 'nats', 'nat', 'natural logarithm', 'natural logarithms'],
  },
];

/** The units of which the comment of a numeric member must name one; null if it does, or if its name implies none. */
export function missingUnit(checker, node, { summary, tags }) {
  if (!isMember(node) || !isNumeric(checker, node)) return null;
  const words = node.name.getText().split(/(?=[A-Z])/);
  const units = words.map((word) => unitsOf(word.toLowerCase())).find((found) => found !== undefined);
  const text = [summary, ...[...tags.values()].flat()].join(' ');
  const named = units?.some((unit) => new RegExp(`\\b${unit}\\b`).test(text)) ?? true;
  return named ? null : units;
}

function unitsOf(word) {
  return UNITS.find(({ words }) => words.includes(word))?.units;
}

function isMember(node) {
  return ts.isPropertySignature(node) || ts.isPropertyDeclaration(node) || ts.isGetAccessor(node);
}

/** A number, or an array of numbers. */
function isNumeric(checker, node) {
  return /^(readonly )?(number|Float(32|64)Array)\b/.test(
    checker.typeToString(checker.getTypeAtLocation(node)),
  );
}
