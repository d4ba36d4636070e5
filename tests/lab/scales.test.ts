import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Colour, divergingColour, sequentialColour } from '../../lab/src/charts/scales.ts';

const css = readFileSync('lab/src/style/base.css', 'utf8');

/** The two colours of a variable of the page, in light and dark. */
function inkOf(scheme: 'light' | 'dark'): Colour {
  const [, light, dark] = /--ink: light-dark\((#\w{6}), (#\w{6})\)/.exec(css) as RegExpExecArray;
  const hex = scheme === 'light' ? light : dark;
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as unknown as Colour;
}

const linear = (channel: number) =>
  channel <= 10 ? channel / 255 / 12.92 : ((channel / 255 + 0.055) / 1.055) ** 2.4;

/** Relative luminance of WCAG 2. */
const luminance = (colour: Colour) => {
  const [red, green, blue] = colour.map(linear);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

function contrast(a: Colour, b: Colour): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

/** Linear RGB as seen with deuteranopia: Machado, Oliveira and Fernandes 2009, severity 1. */
function deuteranopic(colour: Colour): readonly number[] {
  const [r, g, b] = colour.map(linear);
  const rows = [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ];
  return rows.map(([x, y, z]) => Math.max(0, x * r + y * g + z * b));
}

/** CIE L*a*b* of linear RGB, D65. */
function lab([r, g, b]: readonly number[]): readonly number[] {
  const f = (t: number) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
  const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

const distance = (a: readonly number[], b: readonly number[]) => Math.hypot(...a.map((v, i) => v - b[i]));
const shares = Array.from({ length: 41 }, (_, i) => i / 40);

describe.each(['light', 'dark'] as const)('the colours of data, %s', (scheme) => {
  test('text on all of them has a contrast of at least 4.5', () => {
    const ink = inkOf(scheme);
    for (const share of shares) {
      expect(contrast(ink, divergingColour(2 * share - 1, scheme))).toBeGreaterThanOrEqual(4.5);
      expect(contrast(ink, sequentialColour(share, scheme))).toBeGreaterThanOrEqual(4.5);
    }
  });

  test('positive, zero and negative are told apart with deuteranopia', () => {
    for (const value of [0.25, 0.5, 1]) {
      const [low, zero, high] = [-value, 0, value].map((one) =>
        lab(deuteranopic(divergingColour(one, scheme))),
      );
      expect(distance(low, high)).toBeGreaterThan(40 * value);
      expect(distance(low, zero)).toBeGreaterThan(20 * value);
      expect(distance(high, zero)).toBeGreaterThan(20 * value);
    }
  });

  test('in grey, the negative end is the darker one, and a larger number is further from the page', () => {
    const lightness = (colour: Colour) => 116 * Math.cbrt(luminance(colour)) - 16;
    const [low, zero, high] = [-1, 0, 1].map((value) => divergingColour(value, scheme));
    expect(lightness(high) - lightness(low)).toBeGreaterThan(8);
    const far = (colour: Colour) => Math.abs(lightness(colour) - lightness(zero));
    expect(far(low)).toBeGreaterThan(15);
    const fars = shares.map((share) => far(sequentialColour(share, scheme)));
    expect(fars).toEqual(fars.toSorted((a, b) => a - b));
    expect(fars.at(-1)).toBeGreaterThan(25);
  });
});
