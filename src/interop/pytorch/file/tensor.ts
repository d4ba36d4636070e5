import { UnrolledError } from '../../../errors.ts';
import { damaged, shown } from '../../../formats/damaged.ts';
import { elementCount, isSize } from '../../../formats/named-array.ts';
import { isArrayShape } from '../../network/shape.ts';
import type { PickleFunction, PickleMachine } from '../../pickle/machine.ts';
import { PickleGlobal, type PickleValue } from '../../pickle/values.ts';
import { type ElementType, typeOfDtype, typeOfStorage } from './element-types.ts';

/** Memory that tensors view, as the pickle names it. Its bytes are elsewhere in the file. */
export class StorageReference {
  readonly key: string;
  readonly type: ElementType;
  /** In elements of the type. */
  readonly count: number;
  /** Where it begins in the memory of that key, in elements: older files have storages that view others. */
  readonly offset: number;

  constructor(key: string, type: ElementType, count: number, offset: number = 0) {
    this.key = key;
    this.type = type;
    this.count = count;
    this.offset = offset;
  }
}

/** A tensor as the pickle describes it: a view of a storage. Offset and strides are in elements. */
export class TensorReference {
  readonly storage: StorageReference;
  readonly type: ElementType;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];

  constructor(
    storage: StorageReference,
    offset: number,
    shape: readonly number[],
    strides: readonly number[],
    type: ElementType = storage.type,
  ) {
    this.storage = storage;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
    this.type = type;
  }

  get size(): number {
    return elementCount(this.shape);
  }

  /** What tells two views of the same memory apart. */
  get identity(): string {
    const { storage, offset, shape, strides, type } = this;
    return [storage.key, storage.offset + offset, shape.join(), strides.join(), type.name].join(';');
  }
}

/** The storage of a persistent id: a tuple `('storage', class, key, location, count, view)`; of a module, its class. */
export function persistentOf(where: string): (id: PickleValue) => PickleValue {
  return (id) => {
    const [kind, type, key, , count, view = null] = Array.isArray(id) ? id : [];
    // Older files keep the source of each class beside it; it is not looked at.
    if (kind === 'module' && type instanceof PickleGlobal) return type;
    if (kind !== 'storage' || !(type instanceof PickleGlobal) || typeof key !== 'string' || !isSize(count)) {
      throw damaged(where, 'the pickle refers to something that is no storage', 'it must be one');
    }
    const element = typeOfStorage(type.name) ?? foreignType(where, type.name);
    if (view === null) return new StorageReference(key, element, count);
    const [, offset, size] = Array.isArray(view) ? view : [];
    if (!isSize(offset) || !isSize(size) || offset + size > count) {
      throw damaged(
        where,
        `storage ${shown(key)} views another one outside it`,
        `that has ${count} elements`,
      );
    }
    return new StorageReference(key, element, size, offset);
  };
}

function foreignType(where: string, name: string): never {
  throw new UnrolledError(
    'file-foreign',
    `${where}: the file has numbers of type ${shown(name)}; float16, bfloat16, float32, float64 and integers can be read. Convert the model with .float().`,
  );
}

/** A tensor of a call `_rebuild_tensor_v2(storage, offset, shape, strides, …)`, checked against its storage. */
function rebuilt(args: readonly PickleValue[], m: PickleMachine, type?: ElementType): TensorReference {
  const [storage, offset, shape, strides] = args;
  if (
    !(storage instanceof StorageReference) ||
    !isSize(offset) ||
    !isArrayShape(shape) ||
    !isArrayShape(strides) ||
    shape.length !== strides.length
  ) {
    throw m.wrong('a tensor has no valid storage, offset, shape and strides', 'it must have');
  }
  m.charge(256);
  const tensor = new TensorReference(storage, offset, shape, strides, type);
  const elements = Math.floor((storage.count * storage.type.size) / tensor.type.size);
  const last = shape.reduce((sum, n, axis) => sum + (n - 1) * strides[axis], offset);
  if (tensor.size > 0 && (last >= elements || tensor.size > elements)) {
    throw m.wrong(
      `a tensor of shape (${shape.join(', ')}) and strides (${strides.join(', ')}) is larger than its storage`,
      `that has ${elements} elements`,
    );
  }
  return tensor;
}

/** `_rebuild_tensor_v3` also has the type, for a storage of bytes. */
function rebuiltWithType(args: readonly PickleValue[], m: PickleMachine): TensorReference {
  const dtype = args[6] instanceof PickleGlobal ? args[6].name : '';
  return rebuilt(args, m, typeOfDtype(dtype) ?? foreignType(m.where, dtype));
}

/** A parameter is its tensor. */
function tensorOf([tensor]: readonly PickleValue[], m: PickleMachine): TensorReference {
  if (tensor instanceof TensorReference) return tensor;
  throw m.wrong('a parameter has no tensor', 'it must have one');
}

/** A tensor with attributes: `(function, class, arguments, attributes)`. */
function ofSubclass([rebuild, , args]: readonly PickleValue[], m: PickleMachine): PickleValue {
  if (rebuild instanceof PickleGlobal && rebuild.name.startsWith('torch._utils.') && Array.isArray(args)) {
    return m.call(rebuild, args);
  }
  throw m.wrong('a tensor of a class of its own is rebuilt in an unknown way', 'it must be a plain tensor');
}

/** What PyTorch's own tensors, parameters and small values are rebuilt by. */
export const torchFunctions: ReadonlyMap<string, PickleFunction> = new Map<string, PickleFunction>([
  ['torch._utils._rebuild_tensor', (args, m) => rebuilt(args, m)],
  ['torch._utils._rebuild_tensor_v2', (args, m) => rebuilt(args, m)],
  ['torch._utils._rebuild_tensor_v3', rebuiltWithType],
  ['torch._utils._rebuild_parameter', tensorOf],
  ['torch._utils._rebuild_parameter_with_state', tensorOf],
  ['torch._tensor._rebuild_from_type_v2', ofSubclass],
  ['torch.nn.parameter.Parameter', tensorOf],
  ['torch.autograd.variable.Variable', tensorOf],
  ['torch.serialization._get_layout', ([name]) => name],
  ['torch.Size', ([sizes]) => sizes],
  ['torch.device', ([name]) => name],
  ...Object.entries({
    _rebuild_sparse_tensor: 'sparse',
    _rebuild_qtensor: 'quantised',
    _rebuild_nested_tensor: 'nested',
    _rebuild_meta_tensor_no_storage: 'meta (or fake)',
    _rebuild_wrapper_subclass: 'wrapped',
  }).map(([name, kind]) => [`torch._utils.${name}`, refuse(kind)] as const),
]);

function refuse(kind: string): PickleFunction {
  return (_, { where }) => {
    throw new UnrolledError(
      'file-foreign',
      `${where}: the file has a ${kind} tensor; it must have dense ones. Save the model with plain float tensors.`,
    );
  };
}
