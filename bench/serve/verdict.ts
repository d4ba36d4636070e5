import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { KEY, LIMITS, WORDS } from './case.ts';
import { writeModel } from './model.ts';
import { Served } from './server.ts';
import { type Sample, Storm, sampleOf } from './storm.ts';

const CACHE_MB = 4;
/** Allowed growth of memory: the larger of both. */
const MORE_BYTES = 20e6;
const MORE_SHARE = 0.1;
/** With fewer requests heap and cache are still filling, so memory is not judged. */
const ENOUGH = 10_000;

export interface SoakOptions {
  readonly requests: number;
  readonly seed: number;
  /** Options of Node for the server. */
  readonly node?: readonly string[];
}

export interface SoakResult {
  readonly results: ReadonlyMap<string, number>;
  readonly compared: number;
  /** Faults; should be empty. */
  readonly faults: readonly string[];
}

/** Runs the soak test on a small server and checks its final state. */
export async function soak(
  { requests, seed, node = [] }: SoakOptions,
  tell: (sample: Sample) => void = () => {},
): Promise<SoakResult> {
  const folder = mkdtempSync(join(tmpdir(), 'unrolled-soak-'));
  try {
    const server = await start(folder, node);
    const storm = new Storm(server, seed);
    await storm.rage(requests, tell);
    const calm = await calmed(server, requests);
    tell(calm);
    const faults = [...storm.faults, ...leftOvers(calm), ...(requests < ENOUGH ? [] : growth(storm.samples))];
    if (server.complaints !== '') faults.push(`the server complained: ${server.complaints.slice(0, 1000)}`);
    await server.stop();
    return { results: storm.results, compared: storm.compared, faults };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function start(folder: string, node: readonly string[]): Promise<Served> {
  // Texts are compared bit for bit, so the backend must round the same for any batch size.
  const model = await writeModel(folder, { words: WORDS, width: 64 });
  const keys = join(folder, 'keys.txt');
  writeFileSync(keys, `${KEY}\n`);
  const limits = {
    'max-prompt': LIMITS.promptTokens,
    'max-body-kb': LIMITS.bodyKB,
    'max-streams': LIMITS.streams,
    'max-queue': LIMITS.queue,
    'cache-mb': CACHE_MB,
  };
  const args = Object.entries(limits).flatMap(([name, value]) => [`--${name}`, String(value)]);
  return Served.start([model, '--backend', 'wasm', '--threads', '1', '--api-key-file', keys, ...args], {
    node,
    key: KEY,
  });
}

/** The state of the server once it has noticed all disconnected clients, or after some seconds. */
async function calmed(server: Served, requests: number): Promise<Sample> {
  for (let tries = 0; ; tries++) {
    const sample = await sampleOf(server, requests);
    if ((sample.streams === 0 && sample.queue === 0) || tries === 50) return sample;
    await setTimeout(100);
  }
}

function leftOvers({ streams, queue, cacheBytes }: Sample): string[] {
  const faults: string[] = [];
  if (streams > 0 || queue > 0) faults.push(`${streams} streams and ${queue} requests are left`);
  if (cacheBytes > CACHE_MB * 1e6) faults.push(`the cache holds ${cacheBytes} bytes`);
  return faults;
}

/** Compares the last quarter of a soak with its second. */
function growth(samples: readonly Sample[]): string[] {
  const quarter = samples.length >> 2;
  const mean = (from: number) => {
    const part = samples.slice(from, from + quarter);
    return part.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0) / quarter;
  };
  const [before, after] = [mean(quarter), mean(samples.length - quarter)];
  if (after <= before + Math.max(MORE_BYTES, MORE_SHARE * before)) return [];
  return [`memory grew from ${Math.round(before / 1e6)} to ${Math.round(after / 1e6)} MB`];
}
