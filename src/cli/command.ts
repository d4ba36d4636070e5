import type { ValueType } from './arguments/value-types.ts';

/** A flag with a value: `--epochs N`. */
export interface Option<T = unknown> {
  /** The placeholder of the value in the help, such as `N`. */
  readonly value: string;
  readonly type: ValueType<T>;
  readonly help: string;
  /** The value when the flag is not given. Without a default, that is undefined. */
  readonly default?: T;
  /** An earlier name of the flag that still works, without dashes. */
  readonly alias?: string;
  /** The default as the help shows it, where it is not a constant of this option; null shows `none`. */
  readonly otherwise?: string | number | null;
  /** Whether the flag may be repeated. Its value is then a list, empty by default. */
  readonly many?: boolean;
}

/** An option with a default, so its value is never undefined. */
export interface WithDefault<T> extends Option<T> {
  readonly default: T;
}

/** A flag without a value: `--json`. */
export interface Switch {
  readonly help: string;
}

export type Options = Readonly<Record<string, Option | Switch>>;

/** The parsed values by flag name. */
export type Values<O extends Options> = {
  readonly [Name in keyof O]: O[Name] extends { readonly type: ValueType<infer T> }
    ? O[Name] extends { readonly many: true }
      ? readonly T[]
      : O[Name] extends { readonly default: unknown }
        ? T
        : T | undefined
    : boolean;
};

/** The name and summary of a command, known before it is loaded. */
export interface Summary {
  readonly name: string;
  readonly summary: string;
}

interface Description {
  /** The operands, and how many are allowed. */
  readonly operands: {
    readonly usage: string;
    readonly min: number;
    readonly max: number;
    /** The index of the first operand that is a text, which may also be a folder or a pattern. Default: none. */
    readonly texts?: number;
  };
  /** The description below the summary in the help. */
  readonly notes?: string;
  readonly examples: readonly { readonly line: string; readonly what: string }[];
}

/** The input paths among a command's operands and flags; null or undefined for those not given. */
export type Inputs<O extends Options> = (
  values: Values<O>,
  operands: readonly string[],
) => readonly (string | null | undefined)[];

/** A command without its name and summary, as its module exports it. */
export interface CommandSpec extends Description {
  readonly options: Options;
  readonly inputs: Inputs<Options>;
  /** The inputs that are processed as a stream, so they may be endless. */
  readonly streams?: Inputs<Options>;
  /** The processes of a launcher such as mpirun that run it. Default: rank 0 alone; the others end at once. */
  readonly ranks?: 'all';
  /** Returns the exit status. */
  readonly run: (values: Values<Options>, operands: readonly string[]) => Promise<number>;
}

export interface Command extends Summary, CommandSpec {}

/** Types the values that `run` receives by the table of options. */
export function command<const O extends Options>(
  spec: Description & {
    readonly options: O;
    readonly inputs: Inputs<O>;
    readonly streams?: Inputs<O>;
    readonly ranks?: 'all';
    readonly run: (values: Values<O>, operands: readonly string[]) => Promise<number>;
  },
): CommandSpec {
  return spec as unknown as CommandSpec;
}

export function takesValue(option: Option | Switch): option is Option {
  return 'type' in option;
}
