import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { Writer } from '../../../src/generation/writing/writer.ts';
import { readPrompt } from '../../../src/serving/cache/prompt-reader.ts';
import { complete } from '../../../src/serving/completions/complete.ts';
import { Metrics } from '../../../src/serving/metrics/metrics.ts';
import { Admission } from '../../../src/serving/scheduling/admission.ts';
import type { ServedModel } from '../../../src/serving/served-model.ts';
import { openService } from '../../../src/serving/service.ts';
import { Random } from '../../../src/tensor/random.ts';
import { served } from '../../support/served.ts';

const never = new AbortController().signal;

interface Family {
  readonly type: string;
  readonly help: string;
  /** By the name and the labels as they stand there. */
  readonly samples: Map<string, number>;
}

const NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/.source;
const LABEL = `[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\[\\\\"n])*"`;
const NUMBER = /(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?)/.source;
const SAMPLE = new RegExp(`^(${NAME})(\\{${LABEL}(?:,${LABEL})*\\})? (${NUMBER})$`);
const HEADER = new RegExp(`^# (HELP|TYPE) (${NAME}) (.+)$`);

/** Reads the text format of Prometheus, strictly; throws at what is none. */
function parse(text: string): Map<string, Family> {
  if (!text.endsWith('\n')) throw new Error('no newline at the end');
  const families = new Map<string, Family>();
  const lines = text.slice(0, -1).split('\n');
  let current = '';
  for (let i = 0; i < lines.length; i++) {
    const [, kind, name, help] = HEADER.exec(lines[i]) ?? [];
    if (kind) {
      const [, next, same, type] = HEADER.exec(lines[++i]) ?? [];
      if (kind !== 'HELP' || next !== 'TYPE' || same !== name || families.has(name))
        throw new Error(lines[i]);
      if (!['counter', 'gauge', 'histogram'].includes(type)) throw new Error(lines[i]);
      families.set(name, { type, help, samples: new Map() });
      current = name;
      continue;
    }
    const [, sample, labels = '', value] = SAMPLE.exec(lines[i]) ?? [];
    const family = families.get(current);
    const suffixes = family?.type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
    if (!family || !suffixes.some((suffix) => sample === current + suffix)) throw new Error(lines[i]);
    if (family.samples.has(sample + labels)) throw new Error(`twice: ${lines[i]}`);
    family.samples.set(sample + labels, Number(value));
  }
  return families;
}

function open(...models: ServedModel[]) {
  const admission = new Admission({ streams: 3, queue: 3, memoryBytes: 1e9 });
  const metrics = new Metrics(models, admission);
  const samplesOf = (name: string) =>
    Object.fromEntries(parse(metrics.toString()).get(`unrolled_${name}`)?.samples ?? []);
  return { admission, metrics, samplesOf };
}

describe('metrics', () => {
  test('are in the Prometheus format, each family with help and type, from the start', () => {
    const { metrics } = open(served('a b'));
    for (let round = 0; round < 2; round++) {
      const families = parse(metrics.toString());
      expect(families.size).toBeGreaterThan(10);
      for (const [name, { type }] of families) {
        expect(name).toMatch(/^unrolled_[a-z_]+$/);
        expect(name.endsWith('_total')).toBe(type === 'counter');
      }
      metrics.count('/v1/models/{model}', 200, 0.1);
    }
  });

  test('count requests by route and status', () => {
    const { metrics, samplesOf } = open();
    metrics.count('/health', 200, 0.1);
    metrics.count('/health', 200, 0.1);
    metrics.count('/health', 503, 0.1);
    metrics.count('none', 404, 0.1);
    expect(samplesOf('requests_total')).toEqual({
      'unrolled_requests_total{route="/health",status="200"}': 2,
      'unrolled_requests_total{route="/health",status="503"}': 1,
      'unrolled_requests_total{route="none",status="404"}': 1,
    });
    expect(metrics.requests).toBe(4);
  });

  test('count durations in cumulative buckets', () => {
    const { metrics, samplesOf } = open();
    for (const seconds of [0.001, 0.005, 0.006, 1, 59, 3600]) metrics.count('/a', 200, seconds);
    metrics.count('/b', 200, 0.5);
    const samples = samplesOf('request_seconds');
    const bucketsOf = (route: string) =>
      Object.entries(samples).filter(([key]) =>
        key.startsWith(`unrolled_request_seconds_bucket{route="${route}"`),
      );
    const bounds = bucketsOf('/a').map(([key]) => /le="(.*?)"/.exec(key)?.[1]);
    expect(bounds).toEqual(['0.005', '0.02', '0.1', '0.5', '2', '10', '60', '+Inf']);
    expect(bucketsOf('/a').map(([, count]) => count)).toEqual([2, 3, 3, 3, 4, 4, 5, 6]);
    expect(bucketsOf('/b').map(([, count]) => count)).toEqual([0, 0, 0, 1, 1, 1, 1, 1]);
    expect(samples['unrolled_request_seconds_count{route="/a"}']).toBe(6);
    expect(samples['unrolled_request_seconds_sum{route="/a"}']).toBeCloseTo(3660.012, 9);
  });

  test('are documented in docs/serve.md, all of them', () => {
    const { metrics } = open(served('a b'));
    const docs = readFileSync(new URL('../../../docs/serve.md', import.meta.url), 'utf8');
    const documented = [...docs.matchAll(/^\| `(unrolled_\w+)`/gm)].map(([, name]) => name);
    expect([...parse(metrics.toString(1)).keys()].sort()).toEqual(documented.sort());
  });

  test('count the time to the first token of each completion, and between two tokens', async () => {
    const small = served('a b c', { id: 'small' });
    const service = openService([small, served('a b', { id: 'idle' })]);
    await complete(service, { model: 'small', prompt: ['a', 'b'], n: 2, max_tokens: 3 });
    await complete(service, { model: 'small', prompt: 'a', max_tokens: 0 });
    const of = (name: string) => {
      const samples = [...(parse(service.metrics.toString()).get(`unrolled_${name}_seconds`)?.samples ?? [])];
      const value = (what: string) => samples.filter(([key]) => key.includes(what)).map(([, count]) => count);
      return [...value('_count{model_name="small"}'), ...value('le="+Inf"')];
    };
    expect(of('time_to_first_token')).toEqual([4, 4, 0]);
    expect(of('inter_token_latency')).toEqual([8, 8, 0]);
  });

  test('escape the name of a model', () => {
    const { samplesOf } = open(served('a b', { id: 'a "b"\\c\nd\r\ud800é' }), served('a b', { id: 'plain' }));
    expect(Object.keys(samplesOf('tokens_total'))).toEqual([
      'unrolled_tokens_total{model_name="a \\"b\\"\\\\c\\\\u000ad\\\\u000d\\\\ud800é"}',
      'unrolled_tokens_total{model_name="plain"}',
    ]);
  });

  test('report active and waiting requests', async () => {
    const { admission, samplesOf } = open();
    void admission.enter(2, never, { bytes: 500 });
    void admission.enter(2, never, { bytes: 500, waitingBytes: 200 });
    await setImmediate();
    expect(samplesOf('streams')).toEqual({ unrolled_streams: 2 });
    expect(samplesOf('queue')).toEqual({ unrolled_queue: 1 });
    expect(samplesOf('request_memory_bytes')).toEqual({ unrolled_request_memory_bytes: 700 });
  });

  test('report the memory of the process if known', () => {
    const { metrics } = open();
    const memory = (text: string) => parse(text).get('unrolled_memory_bytes');
    expect(memory(metrics.toString(2e6))?.samples.get('unrolled_memory_bytes')).toBe(2e6);
    expect(memory(metrics.toString())).toBeUndefined();
  });

  test('report the work of each model and the total', async () => {
    const [small, idle] = [served('a b c', { id: 'small' }), served('a b', { id: 'idle' })];
    const { metrics, samplesOf } = open(small, idle);
    for (let i = 0; i < 2; i++) {
      const { ids, state } = await readPrompt(Int32Array.of(0, 1, 2), small, '', never);
      const writer = new Writer(small.saved.model, {
        prompt: ids.subarray(-1),
        state,
        random: new Random(1),
      });
      await small.batcher.write(writer, () => false, never);
    }
    const of = (name: string) => {
      const samples = samplesOf(name);
      return ['small', 'idle'].map((id) => samples[`unrolled_${name}{model_name="${id}"}`]);
    };
    expect(of('tokens_total')).toEqual([2, 0]);
    expect(of('steps_total')).toEqual([2, 0]);
    expect(of('busy_seconds_total')).toEqual([small.batcher.totals.seconds, 0]);
    expect(of('cache_lookups_total')).toEqual([2, 0]);
    expect(of('cache_hits_total')).toEqual([1, 0]);
    expect(of('cache_tokens_total')).toEqual([2, 0]);
    expect(of('cache_entries')).toEqual([1, 0]);
    expect(of('cache_bytes')).toEqual([small.cache.bytes, 0]);
    expect(metrics.tokens).toBe(2);
  });
});
