import type { ValueType } from './arguments/value-types.ts';

/** A flag with a value: `--epochs N`. */
export interface Option<T = unknown> {
  /** What stands for the value in the help: `N`. */
  readonly value: string;
  readonly type: ValueType<T>;
  readonly help: string;
  /** Without it the value is undefined when the flag is not given. */
  readonly default?: T;
  /** An earlier name of the flag that still works, without dashes. */
  readonly alias?: string;
  /** The default in words, where it is no constant of this option. */
  readonly otherwise?: string | number | null;
  /** Whether it may be given more than once; its value is then a list, empty without it. */
  readonly many?: boolean;
}

/** One that has its default here: the value is never undefined. */
export interface WithDefault<T> extends Option<T> {
  readonly default: T;
}

/** A flag without a value: `--json`. */
export interface Switch {
  readonly help: string;
}

export type Options = Readonly<Record<string, Option | Switch>>;

/** The parsed values by the name of their flag. */
export type Values<O extends Options> = {
  readonly [Name in keyof O]: O[Name] extends { readonly type: ValueType<infer T> }
    ? O[Name] extends { readonly many: true }
      ? readonly T[]
      : O[Name] extends { readonly default: unknown }
        ? T
        : T | undefined
    : boolean;
};

/** A command by what can be said without loading it. */
export interface Summary {
  readonly name: string;
  readonly summary: string;
}

interface Description {
  /** What stands behind the name beside the flags, and how many of it. */
  readonly operands: {
    readonly usage: string;
    readonly min: number;
    readonly max: number;
    /** From which on they are texts, so that each may be a folder or a pattern too. Default: none is */
    readonly texts?: number;
  };
  /** Sentences under the summary in the help. */
  readonly notes?: string;
  readonly examples: readonly { readonly line: string; readonly what: string }[];
}

/** The paths that a command reads, of its operands and flags: those not given are null or undefined. */
export type Inputs<O extends Options> = (
  values: Values<O>,
  operands: readonly string[],
) => readonly (string | null | undefined)[];

/** All of a command but its name and summary: what its module holds. */
export interface Body extends Description {
  readonly options: Options;
  readonly inputs: Inputs<Options>;
  /** Those of the inputs that are read as they come, so that they need no end. */
  readonly streams?: Inputs<Options>;
  /** Returns the exit status. */
  readonly run: (values: Values<Options>, operands: readonly string[]) => Promise<number>;
}

export interface Command extends Summary, Body {}

/** A command whose `run` gets the types that its table of options says. */
export function command<const O extends Options>(
  spec: Description & {
    readonly options: O;
    readonly inputs: Inputs<O>;
    readonly streams?: Inputs<O>;
    readonly run: (values: Values<O>, operands: readonly string[]) => Promise<number>;
  },
): Body {
  return spec as unknown as Body;
}

export function takesValue(option: Option | Switch): option is Option {
  return 'type' in option;
}
