// `npm test`: every check, one after another; the last line says how many passed.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

const folder = mkdtempSync(join(tmpdir(), 'unrolled-test-'));
const report = join(folder, 'vitest.json');
const tool = (name, ...args) => [join('node_modules', '.bin', name), ...args];
const script = (name) => [process.execPath, join('scripts', name)];
const vitest = tool('vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`);

// Compilers that are gone after seconds: collecting their garbage saves no memory that matters.
const env = { ...process.env, GOGC: 'off' };

// The build comes before the types, because src/ imports the generated kernel module. One checker, because each of
// several checks again what they share.
const stages = [
  { name: 'lint', command: tool('biome', 'check', '.') },
  { name: 'build', command: script('build.mjs'), env },
  { name: 'types', command: tool('tsc', '-p', 'tsconfig.json', '--checkers', '1'), env },
  {
    name: 'types of the lab',
    command: tool('tsc', '-p', 'lab/tsconfig.json', '--checkers', '1'),
    env,
    needs: 'build',
  },
  { name: 'tests', command: vitest, count: countTests },
  { name: 'package', command: script('package-check.mjs'), needs: 'build', prints: true },
];

const total = { passed: 0, failed: 0, skipped: 0 };
const failedStages = new Set();
for (const stage of stages) runStage(stage);
rmSync(folder, { recursive: true });
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
process.exitCode = total.failed > 0 ? 1 : 0;

function runStage({ name, command: [program, ...args], env, count = countStage, needs, prints = false }) {
  if (failedStages.has(needs)) {
    console.log(`- ${name}: skipped, because ${needs} failed`);
    total.skipped += 1;
    return;
  }
  const began = performance.now();
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env,
  });
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const counts = count(status === 0);
  for (const [kind, number] of Object.entries(counts)) total[kind] += number;
  const failed = counts.failed > 0;
  if (failed) failedStages.add(name);
  console.log(`${failed ? '✗' : '✓'} ${name}, ${seconds} s${summary(counts)}`);
  if (failed) console.log([error?.message, stdout, stderr].filter(Boolean).join('\n'));
  else if (prints) console.log(`  ${stdout.trim()}`);
  for (const note of notes(`${stdout}\n${stderr}`)) console.log(`- ${note}`);
}

/** The notes of test files about what they skip, each once: `blas is not tested: …`. */
function notes(output) {
  return new Set(stripVTControlCharacters(output).match(/^[\w-]+ is not tested: .*$/gm));
}

function countStage(succeeded) {
  return { passed: succeeded ? 1 : 0, failed: succeeded ? 0 : 1, skipped: 0 };
}

function summary({ passed, failed, skipped }) {
  return passed + failed + skipped > 1 ? `: ${passed} passed, ${failed} failed, ${skipped} skipped` : '';
}

/** Counts the tests in vitest's JSON report; a file that did not load counts as one failure. */
function countTests(succeeded) {
  const files = readReport()?.testResults ?? [];
  const tests = files.flatMap(({ assertionResults }) => assertionResults);
  const passed = tests.filter(({ status }) => status === 'passed').length;
  const broken = files.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  const failed = tests.filter(({ status }) => status === 'failed').length + broken.length;
  const others = tests.filter(({ status }) => status !== 'passed' && status !== 'failed');
  for (const { fullName } of others) console.log(`- skipped: ${fullName}`);
  // An error outside of tests, or a missing report, also fails the stage.
  return { passed, failed: failed === 0 && !succeeded ? 1 : failed, skipped: others.length };
}

function readReport() {
  try {
    return JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    return null;
  }
}
