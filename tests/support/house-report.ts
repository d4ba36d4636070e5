// How large the house is: `npx tsx tests/support/house-report.ts [src]`.
import { cycles, entriesByFolder, MOST_ENTRIES, type Sources } from './house-rules.ts';
import { readSources } from './read-sources.ts';
import { functionsOf } from './source-imports.ts';

const LONGEST = 10;

const sources = readSources(process.argv[2]);
const linesOf = (source: string): number => source.split('\n').length - 1;
const total = [...sources.values()].reduce((sum, source) => sum + linesOf(source), 0);

print('Lines by room', roomsOf(sources));
print(
  'Longest files',
  longest([...sources].map(([path, source]): [string, number] => [path, linesOf(source)])),
);
print(
  'Longest functions',
  longest(
    [...sources].flatMap(([path, source]) =>
      functionsOf(source).map(({ name, lines }): [string, number] => [`${path}: ${name}`, lines]),
    ),
  ),
);
const entries = [...entriesByFolder(sources)].map(([folder, { size }]): [string, number] => [folder, size]);
print(
  `Folders of more than ${MOST_ENTRIES} entries`,
  entries.filter(([, size]) => size > MOST_ENTRIES).map(([folder, size]) => `${size}  ${folder}`),
);
print('Circles, types included', cycles(sources));

/** The lines of each folder at the top, the files beside them together, and the share of all. */
function roomsOf(sources: Sources): string[] {
  const rooms = new Map<string, number>();
  for (const [path, source] of sources) {
    const room = path.includes('/') ? path.split('/')[0] : '*.ts';
    rooms.set(room, (rooms.get(room) ?? 0) + linesOf(source));
  }
  return [...rooms]
    .toSorted(([, a], [, b]) => b - a)
    .concat([['all', total]])
    .map(
      ([room, lines]) =>
        `${String(lines).padStart(6)} ${((100 * lines) / total).toFixed(1).padStart(6)} %  ${room}`,
    );
}

function longest(named: readonly [name: string, lines: number][]): string[] {
  return named
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, LONGEST)
    .map(([name, lines]) => `${String(lines).padStart(6)}  ${name}`);
}

function print(title: string, lines: readonly string[]): void {
  console.log(`${title}\n${lines.length === 0 ? '  none' : lines.join('\n')}\n`);
}
