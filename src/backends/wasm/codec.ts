/** The arguments of a program for the zoneout of one state; see `Zoneout` in backend.ts. */
export interface ZoneoutArguments {
  /** The address of s̃, saved for backward; null if the backward pass doesn't need it. */
  readonly candidate: number | null;
  /** The address of the backward scratch. */
  readonly scratch: number;
  readonly rate: number;
  /** Null for the expectation. */
  readonly mask: ZoneoutMask | null;
}

/** The mask of a state (T,N,H), in which the streams may be some of a block. */
export interface ZoneoutMask {
  readonly key0: number;
  readonly key1: number;
  readonly threshold: number;
  /** The units of the block's streams before these, and those of its other streams, in a step; 0 if it has no other streams. */
  readonly before: number;
  readonly others: number;
}

/** The arguments of a program for the resets of one state; see `Resets` in backend.ts. */
export interface ResetsArguments {
  readonly at: number;
  readonly before: number;
}

/** The arguments of a program for the rounds of a Mogrifier LSTM; see `MogrifierBlock` and `MogrifierWeights` in backend.ts. */
export interface ModulationArguments {
  readonly xs: number;
  readonly xScales: number;
  readonly xRounds: number;
  readonly hScales: number;
  readonly hRounds: number;
  readonly inner: number;
  readonly Wx: number;
  readonly Qdown: number;
  readonly Qup: number;
  readonly Rdown: number;
  readonly Rup: number;
  readonly D: number;
  readonly K: number;
  readonly rounds: number;
}

/** Those of its backward pass; the weights are transposed. */
export interface ModulationGradients extends ModulationArguments {
  readonly dxs: number;
  readonly dxScales: number;
  readonly dhScales: number;
  readonly dinner: number;
}

/** The kinds of arguments of a program. */
export interface Kinds {
  /** In bytes from the memory's start. */
  readonly pointer: number;
  readonly 'pointer?': number | null;
  /** In elements. */
  readonly size: number;
  readonly number: number;
  readonly flag: boolean;
  readonly 'zoneout?': ZoneoutArguments | null;
  readonly 'resets?': ResetsArguments | null;
  readonly 'modulation?': ModulationArguments | null;
  readonly 'modulationBack?': ModulationGradients | null;
}

/** The names and kinds of a program's arguments. */
export type Fields = Readonly<Record<string, keyof Kinds>>;

/** The arguments themselves. */
export type Arguments<F extends Fields> = { readonly [Name in keyof F]: Kinds[F[Name]] };

/** Serialises values of a type for other threads, as `slots` numbers from index `at` on. */
export interface Codec<T> {
  readonly slots: number;
  pack(value: T, numbers: Float64Array, at: number): void;
  unpack(numbers: Float64Array, at: number): T;
}

const number: Codec<number> = {
  slots: 1,
  pack: (value, numbers, at) => {
    numbers[at] = value;
  },
  unpack: (numbers, at) => numbers[at],
};

const flag: Codec<boolean> = {
  slots: 1,
  pack: (value, numbers, at) => {
    numbers[at] = value ? 1 : 0;
  },
  unpack: (numbers, at) => numbers[at] === 1,
};

/** A leading 0 or 1 distinguishes null from a value. */
function orNull<T>(codec: Codec<T>): Codec<T | null> {
  return {
    slots: 1 + codec.slots,
    pack: (value, numbers, at) => {
      numbers[at] = value === null ? 0 : 1;
      if (value !== null) codec.pack(value, numbers, at + 1);
    },
    unpack: (numbers, at) => (numbers[at] === 1 ? codec.unpack(numbers, at + 1) : null),
  };
}

type Codecs<T> = { readonly [Name in keyof T]: Codec<T[Name]> };

/** A record's members one after the other, in the order of `codecs`. */
function record<T extends object>(codecs: Codecs<T>): Codec<T> {
  const members = Object.keys(codecs).map((name) => ({ name, codec: codecs[name as keyof T] }));
  return {
    slots: members.reduce((slots, { codec }) => slots + codec.slots, 0),
    pack: (value, numbers, at) => {
      let next = at;
      for (const { name, codec } of members) {
        codec.pack(value[name as keyof T], numbers, next);
        next += codec.slots;
      }
    },
    unpack: (numbers, at) => {
      const value: Record<string, unknown> = {};
      let next = at;
      for (const { name, codec } of members) {
        value[name] = codec.unpack(numbers, next);
        next += codec.slots;
      }
      return value as T;
    },
  };
}

/** A record whose members are all numbers. */
function numbers<Name extends string>(...names: readonly Name[]): Codec<Readonly<Record<Name, number>>> {
  return record(Object.fromEntries(names.map((name) => [name, number])) as Codecs<Record<Name, number>>);
}

const modulation = [
  ...(['xs', 'xScales', 'xRounds', 'hScales', 'hRounds', 'inner'] as const),
  ...(['Wx', 'Qdown', 'Qup', 'Rdown', 'Rup', 'D', 'K', 'rounds'] as const),
];

const kinds: Codecs<Kinds> = {
  pointer: number,
  'pointer?': orNull(number),
  size: number,
  number,
  flag,
  'zoneout?': orNull(
    record<ZoneoutArguments>({
      candidate: orNull(number),
      scratch: number,
      rate: number,
      mask: orNull(
        record<ZoneoutMask>({
          key0: number,
          key1: number,
          threshold: number,
          before: number,
          others: number,
        }),
      ),
    }),
  ),
  'resets?': orNull(record<ResetsArguments>({ at: number, before: number })),
  'modulation?': orNull(numbers(...modulation)),
  'modulationBack?': orNull(numbers(...modulation, 'dxs', 'dxScales', 'dhScales', 'dinner')),
};

/** The codec of a program's arguments. */
export function codecOf<F extends Fields>(fields: F): Codec<Arguments<F>> {
  const codecs = Object.entries(fields).map(([name, kind]) => [name, kinds[kind]]);
  return record(Object.fromEntries(codecs) as Codecs<Arguments<F>>);
}
