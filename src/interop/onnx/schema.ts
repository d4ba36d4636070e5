import type {
  AttributeProto,
  Dimension,
  GraphProto,
  ModelProto,
  NodeProto,
  OperatorSetIdProto,
  StringStringEntryProto,
  TensorProto,
  TensorShapeProto,
  TensorTypeProto,
  TypeProto,
  ValueInfoProto,
} from './messages.ts';
import { many, one, type Schema } from './protobuf/schema.ts';

/** The field numbers and kinds of onnx.proto. A reader skips all other fields. */
export const modelProto: Schema<ModelProto> = {
  irVersion: one(1, 'int64'),
  producerName: one(2, 'string'),
  producerVersion: one(3, 'string'),
  docString: one(6, 'string'),
  graph: one(7, () => graphProto),
  opsetImport: many(8, () => operatorSetIdProto),
  metadataProps: many(14, () => stringStringEntryProto),
};

const operatorSetIdProto: Schema<OperatorSetIdProto> = {
  domain: one(1, 'string'),
  version: one(2, 'int64'),
};

const stringStringEntryProto: Schema<StringStringEntryProto> = {
  key: one(1, 'string'),
  value: one(2, 'string'),
};

const graphProto: Schema<GraphProto> = {
  node: many(1, () => nodeProto),
  name: one(2, 'string'),
  initializer: many(5, () => tensorProto),
  docString: one(10, 'string'),
  input: many(11, () => valueInfoProto),
  output: many(12, () => valueInfoProto),
};

const nodeProto: Schema<NodeProto> = {
  input: many(1, 'string'),
  output: many(2, 'string'),
  name: one(3, 'string'),
  opType: one(4, 'string'),
  attribute: many(5, () => attributeProto),
  domain: one(7, 'string'),
};

const attributeProto: Schema<AttributeProto> = {
  name: one(1, 'string'),
  f: one(2, 'float'),
  i: one(3, 'int64'),
  s: one(4, 'bytes'),
  t: one(5, () => tensorProto),
  g: one(6, () => graphProto),
  floats: many(7, 'float'),
  ints: many(8, 'int64'),
  strings: many(9, 'bytes'),
  type: one(20, 'int64'),
};

const tensorProto: Schema<TensorProto> = {
  dims: many(1, 'int64'),
  dataType: one(2, 'int64'),
  floatData: many(4, 'float'),
  int32Data: many(5, 'int64'),
  int64Data: many(7, 'int64'),
  name: one(8, 'string'),
  rawData: one(9, 'bytes'),
  doubleData: many(10, 'double'),
  externalData: many(13, () => stringStringEntryProto),
  dataLocation: one(14, 'int64'),
};

const valueInfoProto: Schema<ValueInfoProto> = {
  name: one(1, 'string'),
  type: one(2, () => typeProto),
};

const typeProto: Schema<TypeProto> = {
  tensorType: one(1, () => tensorTypeProto),
};

const tensorTypeProto: Schema<TensorTypeProto> = {
  elemType: one(1, 'int64'),
  shape: one(2, () => tensorShapeProto),
};

const tensorShapeProto: Schema<TensorShapeProto> = {
  dim: many(1, () => dimension),
};

const dimension: Schema<Dimension> = {
  dimValue: one(1, 'int64'),
  dimParam: one(2, 'string'),
};
