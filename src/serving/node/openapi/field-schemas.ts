import type { Kind } from '../../../kinds.ts';
import type { Field, FieldKind, Fields, Schema } from '../../fields.ts';

/** The JSON Schema of a body, or of an object in it. @param open whether other fields are accepted */
export function schemaOfFields(fields: Fields, open: boolean): Schema {
  const entries = Object.entries(fields);
  const required = entries.filter(([, field]) => field.use === 'value' && field.required);
  return {
    type: 'object',
    properties: Object.fromEntries(entries.map(([name, field]) => [name, schemaOfField(field, open)])),
    ...(required.length > 0 && { required: required.map(([name]) => name) }),
    ...(!open && { additionalProperties: false }),
  };
}

function schemaOfField(field: Field, open: boolean): Schema {
  if (field.use === 'ignored') return { description: 'Accepted and ignored.' };
  if (field.use === 'unsupported') return unsupported(field.idle, open);
  if (field.use === 'nested') {
    return { ...orNull(schemaOfFields(field.fields, open)), description: field.about };
  }
  const { kind, required, otherwise, about } = field;
  const schema = schemaOfKind(kind);
  if (required) return { ...schema, description: about };
  return {
    ...orNull(schema),
    description: about,
    ...((otherwise ?? null) !== null && { default: otherwise }),
  };
}

function unsupported(idle: unknown, open: boolean): Schema {
  const description = 'Not supported.';
  return open ? { description } : { enum: [idle, null], description };
}

function orNull(schema: Schema): Schema {
  if (typeof schema.type === 'string' && !('enum' in schema))
    return { ...schema, type: [schema.type, 'null'] };
  return { anyOf: [schema, { type: 'null' }] };
}

function schemaOfKind(kind: FieldKind<unknown>): Schema {
  if ('schema' in kind) return kind.schema;
  const { form, choices } = kind;
  if (form === 'choice') return { enum: choices };
  if (form === 'text') return { type: 'string', minLength: 1 };
  return { type: form, ...limitsOf(kind) };
}

function limitsOf({ range = {} }: Kind): Schema {
  const limits = [
    ['minimum', range.from],
    ['exclusiveMinimum', range.above],
    ['maximum', range.to],
    ['exclusiveMaximum', range.below],
  ];
  return Object.fromEntries(limits.filter(([, limit]) => limit !== undefined));
}
