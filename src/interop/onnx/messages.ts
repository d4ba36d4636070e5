/** The messages of onnx.proto and their fields that importing or exporting a recurrent network needs. */

export interface ModelProto {
  irVersion?: number;
  producerName?: string;
  producerVersion?: string;
  docString?: string;
  graph?: GraphProto;
  opsetImport?: readonly OperatorSetIdProto[];
  metadataProps?: readonly StringStringEntryProto[];
}

export interface OperatorSetIdProto {
  /** Absent or empty: the standard operators. */
  domain?: string;
  version?: number;
}

export interface StringStringEntryProto {
  key?: string;
  value?: string;
}

export interface GraphProto {
  node?: readonly NodeProto[];
  name?: string;
  initializer?: readonly TensorProto[];
  docString?: string;
  input?: readonly ValueInfoProto[];
  output?: readonly ValueInfoProto[];
}

export interface NodeProto {
  /** An empty name is an optional input that is absent. */
  input?: readonly string[];
  output?: readonly string[];
  name?: string;
  opType?: string;
  domain?: string;
  attribute?: readonly AttributeProto[];
}

export interface AttributeProto {
  name?: string;
  /** One of `attributeTypes`. */
  type?: number;
  f?: number;
  i?: number;
  /** UTF-8 */
  s?: Uint8Array;
  t?: TensorProto;
  g?: GraphProto;
  floats?: ArrayLike<number>;
  ints?: ArrayLike<number>;
  strings?: readonly Uint8Array[];
}

export interface TensorProto {
  dims?: ArrayLike<number>;
  /** One of `dataTypes`. */
  dataType?: number;
  floatData?: ArrayLike<number>;
  /** Also float16 and bfloat16, as their bits. */
  int32Data?: ArrayLike<number>;
  int64Data?: ArrayLike<number>;
  doubleData?: ArrayLike<number>;
  name?: string;
  /** Little-endian, instead of the typed data. */
  rawData?: Uint8Array;
  externalData?: readonly StringStringEntryProto[];
  /** 1: the data are in the file that `externalData` names. */
  dataLocation?: number;
}

export interface ValueInfoProto {
  name?: string;
  type?: TypeProto;
}

export interface TypeProto {
  tensorType?: TensorTypeProto;
}

export interface TensorTypeProto {
  /** One of `dataTypes`. */
  elemType?: number;
  shape?: TensorShapeProto;
}

export interface TensorShapeProto {
  dim?: readonly Dimension[];
}

/** A size or the name of a dynamic one. */
export interface Dimension {
  dimValue?: number;
  dimParam?: string;
}

/** Values of `AttributeProto.type`. */
export const attributeTypes = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  ints: 7,
  strings: 8,
} as const;

/** Values of `TensorProto.dataType`. */
export const dataTypes = {
  float: 1,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  double: 11,
  bfloat16: 16,
} as const;
