// The tasks of a page's thread, from a trace of Chromium: all of them, not only those above 50 ms that are reported to a page.

/** What must be traced. */
export const TRACED: string[] = [
  'disabled-by-default-devtools.timeline',
  'devtools.timeline',
  'v8',
  'v8.execute',
];

/** The longest tasks of a page's thread, in ms. */
export interface Tasks {
  /** The longest one from its start to its end, waiting for a core included. */
  readonly duration: number;
  /** The longest one by the time that it computed, and its parts. */
  readonly cpu: number;
  /** Scripts, garbage collection included. */
  readonly script: number;
  /** Styles and layout. */
  readonly layout: number;
  /** Paint, up to the commit to the compositor, which rasters in threads of its own. */
  readonly paint: number;
}

/** A complete event of a trace. `dur` and `tdur` are its duration and the time that its thread computed, in µs. */
interface TraceEvent {
  readonly ph: string;
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur: number;
  readonly tdur: number;
  readonly args?: { readonly name?: string };
}

type Part = 'script' | 'layout' | 'paint';

const PARTS: Readonly<Record<string, Part>> = {
  ...asPart('layout', ['UpdateLayoutTree', 'Layout', 'HitTest']),
  ...asPart('paint', ['PrePaint', 'Paint', 'Layerize', 'Commit']),
  ...asPart('script', ['EventDispatch', 'FunctionCall', 'EvaluateScript', 'RunMicrotasks', 'TimerFire']),
  ...asPart('script', ['FireAnimationFrame', 'FireIdleCallback', 'HandlePostMessage', 'v8.callFunction']),
  ...asPart('script', ['MinorGC', 'MajorGC', 'V8.GCScavenger', 'v8.compile']),
};

function asPart(part: Part, names: readonly string[]): Readonly<Record<string, Part>> {
  return Object.fromEntries(names.map((name) => [name, part]));
}

/** The longest tasks of the busiest page of a trace. */
export function longestTasks(trace: Uint8Array): Tasks {
  const { traceEvents } = JSON.parse(new TextDecoder().decode(trace)) as { traceEvents: TraceEvent[] };
  const events = busiestPage(traceEvents);
  const tasks = tasksOf(events);
  if (tasks.length === 0) throw new Error('the trace has no task of a page');
  const longest = tasks.reduce((most, task) => (task.tdur > most.tdur ? task : most));
  const within = events.filter(({ ts }) => ts >= longest.ts && ts < longest.ts + longest.dur);
  const duration = Math.max(...tasks.map(({ dur }) => dur / 1000));
  return { duration, cpu: longest.tdur / 1000, ...partsOf(within) };
}

/** The events of the page's thread that computed most. */
function busiestPage(all: readonly TraceEvent[]): readonly TraceEvent[] {
  const pages = all.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain');
  const threads = pages.map((page) =>
    all.filter(({ ph, pid, tid }) => ph === 'X' && pid === page.pid && tid === page.tid),
  );
  const busy = (events: readonly TraceEvent[]) => tasksOf(events).reduce((sum, { tdur }) => sum + tdur, 0);
  return threads.sort((a, b) => busy(b) - busy(a))[0] ?? [];
}

function tasksOf(events: readonly TraceEvent[]): readonly TraceEvent[] {
  return events.filter(({ name }) => name === 'RunTask');
}

/** The computing time of each part, in ms: that of an event belongs to the innermost event around it that has a part. */
function partsOf(events: readonly TraceEvent[]): Readonly<Record<Part, number>> {
  const spent = { script: 0, layout: 0, paint: 0 };
  const open: { readonly end: number; readonly part: Part }[] = [];
  const known = events.filter(({ name }) => Object.hasOwn(PARTS, name));
  for (const { name, ts, dur, tdur } of known.sort((a, b) => a.ts - b.ts || b.dur - a.dur)) {
    while (open.length > 0 && open[open.length - 1].end <= ts) open.pop();
    const around = open.at(-1);
    if (around) spent[around.part] -= tdur / 1000;
    spent[PARTS[name]] += tdur / 1000;
    open.push({ end: ts + dur, part: PARTS[name] });
  }
  return spent;
}
