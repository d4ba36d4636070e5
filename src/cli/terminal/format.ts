/** 12,345 */
export function count(number: number): string {
  return Math.round(number).toLocaleString('en-US');
}

/** `1 file`, `2 files` */
export function plural(number: number, noun: string): string {
  return `${count(number)} ${noun}${number === 1 ? '' : 's'}`;
}

/** Two decimals below 1000, none above; a dash for an unknown value. */
export function perplexity(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '—';
  if (value >= 1e9) return value.toPrecision(3);
  return value < 1000 ? value.toFixed(2) : count(value);
}

export function percent(share: number): string {
  return Number.isNaN(share) ? '—' : `${(100 * share).toFixed(share > 0 && share < 0.1 ? 2 : 1)}%`;
}

export function byteSize(bytes: number): string {
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}

/** Formats seconds as m:ss, or h:mm:ss from one hour. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const tail = `${String(s).padStart(2, '0')}`;
  return h > 0 ? `${h}:${String(m).padStart(2, '0')}:${tail}` : `${m}:${tail}`;
}

/** A file name as an operand of a shell command; a leading dash does not make it a flag. */
export function shellFile(path: string): string {
  return shellWord(path.startsWith('-') ? `./${path}` : path);
}

/** A word of a shell command, quoted if necessary. */
export function shellWord(word: string): string {
  return /^[\w./@%+=:,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
