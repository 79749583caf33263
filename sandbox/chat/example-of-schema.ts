import { isJsonObject, type JsonObject } from '../json.ts';

/** A schema that refers to itself ends here. */
const DEEPEST = 8;

/** A value that a JSON schema allows: the constraints that models meet in practice, not all. */
export function exampleOfSchema(schema: unknown, text: string): unknown {
  return example(schema, { root: schema, text, depth: 0 });
}

interface Context {
  readonly root: unknown;
  readonly text: string;
  readonly depth: number;
}

function example(schema: unknown, context: Context): unknown {
  if (!isJsonObject(schema) || context.depth > DEEPEST) return null;
  const inner = { ...context, depth: context.depth + 1 };
  if (typeof schema.$ref === 'string') return example(resolve(schema.$ref, context.root), inner);
  if ('const' in schema) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  if ('default' in schema) return schema.default;
  for (const keyword of ['anyOf', 'oneOf']) {
    const choices = schema[keyword];
    if (Array.isArray(choices)) return example(choices[0], inner);
  }
  if (Array.isArray(schema.allOf)) return example(merged(schema.allOf), inner);
  return exampleOfType(typeOf(schema), schema, inner);
}

function typeOf(schema: JsonObject): unknown {
  if (Array.isArray(schema.type)) return schema.type[0];
  return schema.type ?? (isJsonObject(schema.properties) ? 'object' : 'string');
}

function exampleOfType(type: unknown, schema: JsonObject, context: Context): unknown {
  switch (type) {
    case 'object':
      return exampleObject(schema, context);
    case 'array': {
      const length = Math.min(numberOr(schema.minItems, 1), 10);
      return Array.from({ length }, () => example(schema.items, context));
    }
    case 'number':
    case 'integer':
      return numberOr(schema.minimum, Math.min(1, numberOr(schema.maximum, 1)));
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return exampleText(schema, context.text);
  }
}

function exampleObject(schema: JsonObject, context: Context): JsonObject {
  const properties = isJsonObject(schema.properties) ? schema.properties : {};
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [name, example(value, context)]),
  );
}

function exampleText(schema: JsonObject, text: string): string {
  switch (schema.format) {
    case 'date':
      return '2026-04-13';
    case 'date-time':
      return '2026-04-13T12:00:00Z';
    case 'email':
      return 'sandbox@example.com';
    case 'uri':
      return 'https://example.com/';
    default:
      return text.padEnd(numberOr(schema.minLength, 0), '.').slice(0, lengthLimit(schema));
  }
}

function lengthLimit(schema: JsonObject): number {
  return numberOr(schema.maxLength, Infinity);
}

function merged(schemas: readonly unknown[]): JsonObject {
  const parts = schemas.filter(isJsonObject);
  const properties = parts.map((part) => (isJsonObject(part.properties) ? part.properties : {}));
  return Object.assign({}, ...parts, {
    properties: Object.assign({}, ...properties) as JsonObject,
  }) as JsonObject;
}

/** `#/$defs/Address` within the same document. */
function resolve(reference: string, root: unknown): unknown {
  const path = reference.split('/').slice(1);
  return path.reduce<unknown>((at, key) => (isJsonObject(at) ? at[key] : undefined), root);
}

function numberOr(value: unknown, fallback: number): number {
  return typeof value === 'number' ? value : fallback;
}
