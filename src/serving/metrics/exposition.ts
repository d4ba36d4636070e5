/** The Prometheus format: https://prometheus.io/docs/instrumenting/exposition_formats/ */
type Type = 'counter' | 'gauge' | 'histogram';

/** One line of a metric. */
export interface Sample {
  readonly suffix?: string;
  /** The part between the braces. */
  readonly labels?: string;
  readonly value: number;
}

/** A metric with its help and samples. @param name without the prefix */
export function family(name: string, type: Type, help: string, samples: readonly Sample[]): string {
  const full = `unrolled_${name}`;
  const lines = samples.map(({ suffix = '', labels, value }) => {
    return `${full}${suffix}${labels === undefined ? '' : `{${labels}}`} ${value}\n`;
  });
  return `# HELP ${full} ${help}\n# TYPE ${full} ${type}\n${lines.join('')}`;
}

/** Control characters, line separators and lone surrogates, which a line of UTF-8 text can't contain safely. */
const UNSAFE = /[\p{Cc}\p{Cs}\u2028\u2029]/gu;

/** The label of a model's name; characters that metrics can't contain are written like `\u000d`. */
export function modelLabel(name: string): string {
  const plain = name.replace(UNSAFE, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return `model_name="${plain.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
