/** Number of places of each kind that are kept for a unit. */
export const PLACES = 10;
/** A place is an extreme if no token within this distance is more extreme, so that neighbours are not listed. */
export const DISTANCE = 20;

/** A token at which a unit is more (or less) active than within `DISTANCE` tokens around it. */
export interface Place {
  /** The index of the token in the text. */
  readonly index: number;
  readonly value: number;
}

/** Where each unit is most and least active, found in one pass over a text. */
export class Extremes {
  /** U */
  readonly #width: number;
  readonly #highest: TopPlaces;
  readonly #lowest: TopPlaces;
  /** Rows of the tokens from `#first` on: those that are not judged yet, and `DISTANCE` before them. */
  #rows: Float32Array = new Float32Array();
  #first = 0;
  /** The index of the first token that is not judged yet. */
  #judged = 0;

  constructor(width: number) {
    this.#width = width;
    this.#highest = new TopPlaces(width);
    this.#lowest = new TopPlaces(width);
  }

  /** Adds the next tokens, (T, U). */
  add(rows: Float32Array): void {
    const from = Math.max(0, this.#judged - DISTANCE);
    const kept = this.#rows.subarray((from - this.#first) * this.#width);
    const all = new Float32Array(kept.length + rows.length);
    all.set(kept);
    all.set(rows, kept.length);
    [this.#rows, this.#first] = [all, from];
    this.#judge(this.#end - DISTANCE);
  }

  /** Ends the text. */
  end(): void {
    this.#judge(this.#end);
  }

  /** The places of a unit: the highest activations from the top, the lowest from the bottom. At equal values, the earlier place. */
  of(unit: number): { readonly highest: readonly Place[]; readonly lowest: readonly Place[] } {
    const lowest = this.#lowest.of(unit).map(({ index, value }) => ({ index, value: -value }));
    return { highest: this.#highest.of(unit), lowest };
  }

  get #end(): number {
    return this.#first + this.#rows.length / this.#width;
  }

  #judge(end: number): void {
    const [rows, U] = [this.#rows, this.#width];
    for (; this.#judged < end; this.#judged++) {
      const row = (this.#judged - this.#first) * U;
      for (let u = 0; u < U; u++) {
        const value = rows[row + u];
        if (value > this.#highest.least(u) && this.#isPeak(row + u, 1))
          this.#highest.add(u, this.#judged, value);
        if (-value > this.#lowest.least(u) && this.#isPeak(row + u, -1))
          this.#lowest.add(u, this.#judged, -value);
      }
    }
  }

  /** Whether the value is above all earlier ones within the distance, and no later one is above it. */
  #isPeak(at: number, sign: 1 | -1): boolean {
    const [rows, U] = [this.#rows, this.#width];
    const value = sign * rows[at];
    const reach = DISTANCE * U;
    for (let i = at - U; i >= 0 && i >= at - reach; i -= U) if (sign * rows[i] >= value) return false;
    for (let i = at + U; i < rows.length && i <= at + reach; i += U) if (sign * rows[i] > value) return false;
    return true;
  }
}

/** The highest values of each unit, sorted. */
class TopPlaces {
  readonly #values: Float32Array;
  readonly #indices: Int32Array;

  constructor(width: number) {
    this.#values = new Float32Array(width * PLACES).fill(Number.NEGATIVE_INFINITY);
    this.#indices = new Int32Array(width * PLACES).fill(-1);
  }

  /** A value must be above this one to be kept. */
  least(unit: number): number {
    return this.#values[unit * PLACES + PLACES - 1];
  }

  add(unit: number, index: number, value: number): void {
    const first = unit * PLACES;
    let at = first + PLACES - 1;
    for (; at > first && this.#values[at - 1] < value; at--) {
      this.#values[at] = this.#values[at - 1];
      this.#indices[at] = this.#indices[at - 1];
    }
    this.#values[at] = value;
    this.#indices[at] = index;
  }

  of(unit: number): Place[] {
    const places: Place[] = [];
    for (let at = unit * PLACES; at < (unit + 1) * PLACES && this.#indices[at] >= 0; at++)
      places.push({ index: this.#indices[at], value: this.#values[at] });
    return places;
  }
}
