type Schema = Readonly<Record<string, unknown>>;

/** What is wrong with a value, by the keywords of JSON Schema that the OpenAPI document uses; empty if nothing is. */
export function violations(value: unknown, schema: Schema, all: Schema, at = '$'): string[] {
  const known = [
    '$ref',
    'type',
    'const',
    'enum',
    'anyOf',
    'items',
    'minimum',
    'properties',
    'required',
    'additionalProperties',
  ];
  const other = Object.keys(schema).find((keyword) => !known.includes(keyword));
  if (other !== undefined) throw new Error(`This reader does not know ${other}.`);
  if (schema.$ref) return violations(value, all[String(schema.$ref).replace(/^.*\//, '')] as Schema, all, at);
  const wrong = (needs: unknown) => [
    `${at} is ${JSON.stringify(value)}; it must be ${JSON.stringify(needs)}`,
  ];
  if ('const' in schema && value !== schema.const) return wrong(schema.const);
  if (schema.enum && !(schema.enum as unknown[]).includes(value)) return wrong(schema.enum);
  if (schema.anyOf) {
    const tries = (schema.anyOf as Schema[]).map((one) => violations(value, one, all, at));
    return tries.some((found) => found.length === 0) ? [] : tries[0];
  }
  if (schema.type && ![schema.type].flat().some((type) => isOf(value, type))) return wrong(schema.type);
  if (typeof schema.minimum === 'number' && Number(value) < schema.minimum)
    return wrong(`≥ ${schema.minimum}`);
  if (Array.isArray(value)) {
    return value.flatMap((one, i) => violations(one, (schema.items ?? {}) as Schema, all, `${at}[${i}]`));
  }
  return isOf(value, 'object') ? ofMembers(value as Schema, schema, all, at) : [];
}

function ofMembers(value: Schema, schema: Schema, all: Schema, at: string): string[] {
  const { properties = {}, required = [], additionalProperties = {} } = schema;
  const missing = (required as string[])
    .filter((name) => !(name in value))
    .map((name) => `${at}.${name} is missing`);
  const each = Object.entries(value).flatMap(([name, one]) => {
    const known =
      (properties as Record<string, Schema | false>)[name] ?? (additionalProperties as Schema | false);
    return known === false ? [`${at}.${name} is unknown`] : violations(one, known, all, `${at}.${name}`);
  });
  return [...missing, ...each];
}

function isOf(value: unknown, type: unknown): boolean {
  if (type === 'null') return value === null;
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === type;
}
