/** What is used of the package `h5wasm`: its import as a whole fits. */
export interface H5Wasm {
  /** Resolves when its WebAssembly module is ready. */
  readonly ready: Promise<unknown>;
  /** Opens a file of its in-memory file system. */
  readonly File: new (
    name: string,
    mode: 'r',
  ) => H5File;
}

/** An opened file. */
export interface H5File {
  /** Its handle. */
  readonly file_id: bigint;
  /** Reads an attribute of the root group. */
  get_attribute(name: string, jsonCompatible: false): unknown;
  /** Opens a dataset. */
  get(path: string): unknown;
  /** Closes the file. */
  close(): unknown;
}

/** The functions of its WebAssembly module. */
export interface H5Module {
  readonly FS: {
    writeFile(path: string, bytes: Uint8Array, options: { readonly canOwn: boolean }): void;
    unlink(path: string): void;
  };
  activate_throwing_error_handler(): number;
  deactivate_throwing_error_handler(): number;
  readonly H5G_GROUP: number;
  readonly H5G_DATASET: number;
  get_type(file: bigint, path: string): number;
  get_symbolic_link(file: bigint, path: string): string | null;
  get_external_link(file: bigint, path: string): { readonly filename?: string };
  get_names(file: bigint, path: string, recursive: boolean): readonly string[];
  get_attribute_names(file: bigint, path: string): readonly string[];
  get_attribute_metadata(file: bigint, path: string, name: string): H5Metadata;
  get_dataset_metadata(file: bigint, path: string): H5Metadata;
}

/** The type and sizes of a dataset or attribute. */
export interface H5Metadata {
  /** The class: 1 for floating-point numbers, 3 for text. */
  readonly type: number;
  /** Bytes an element. */
  readonly size: number;
  readonly littleEndian: boolean;
  /** Whether elements are texts of any length. */
  readonly vlen: boolean;
  /** Null without elements. */
  readonly shape: readonly number[] | null;
  /** The files and datasets that a virtual dataset shows. */
  readonly virtual_sources?: readonly unknown[];
}
