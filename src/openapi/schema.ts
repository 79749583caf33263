/** JSON Schema (2020-12), as much of it as is used here. One with a title becomes a component. */
export interface Schema {
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly const?: string | boolean;
  readonly enum?: readonly (string | null)[];
  readonly format?: string;
  readonly minimum?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly anyOf?: readonly Schema[];
  readonly example?: unknown;
}

export const TEXT: Schema = { type: 'string' };
export const FLAG: Schema = { type: 'boolean' };
/** ISO 8601, UTC. */
export const TIME: Schema = { type: 'string', format: 'date-time' };
export const WHOLE: Schema = { type: 'integer' };

/** All members are there; with `optional` ones, and `true` for others, there may be more. */
export function object(
  title: string | undefined,
  properties: Readonly<Record<string, Schema>>,
  optional: Readonly<Record<string, Schema>> = {},
  additionalProperties = false,
): Schema {
  return {
    ...(title !== undefined && { title }),
    type: 'object',
    properties: { ...properties, ...optional },
    required: Object.keys(properties),
    additionalProperties,
  };
}

export function oneOf(...values: readonly string[]): Schema {
  return { type: 'string', enum: values };
}

export function literal(value: string | boolean): Schema {
  return { const: value };
}

export function listOf(items: Schema): Schema {
  return { type: 'array', items };
}

export function orNull(schema: Schema): Schema {
  if (schema.enum) return { ...schema, type: ['string', 'null'], enum: [...schema.enum, null] };
  return typeof schema.type === 'string' && schema.title === undefined
    ? { ...schema, type: [schema.type, 'null'] }
    : { anyOf: [schema, { type: 'null' }] };
}

export function told(description: string, schema: Schema): Schema {
  return { ...schema, description };
}
