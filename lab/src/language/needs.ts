/** The values that a setting accepts, as the library describes them. */
export interface Needs {
  readonly form: 'integer' | 'number' | 'boolean' | 'choice' | 'text';
  /** In English. */
  readonly needs: string;
  readonly range?: {
    readonly from?: number;
    readonly above?: number;
    readonly to?: number;
    readonly below?: number;
  };
  readonly choices?: readonly string[];
  /** The word for no value, if that is accepted. */
  readonly nullWord?: string;
}
