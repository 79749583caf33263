import type { Schema } from './schema.ts';

const OPERATION = Symbol('operation');

/** What the API document says of a route, besides what Nest knows of it. */
export interface Operation {
  readonly summary: string;
  /** Members of the query; none of them is required. */
  readonly query?: Readonly<Record<string, Schema>>;
  /** Of JSON. */
  readonly body?: Schema;
  /** By media type. */
  readonly reply: Readonly<Record<string, Schema>>;
  /** 200 unless said otherwise. */
  readonly status?: number;
  /** A status above 299 whose reply is the same, and no error. */
  readonly alsoStatus?: number;
}

/** Says what the API document is to say of a route. Costs nothing until the document is asked for. */
export function Documented(operation: Operation): MethodDecorator {
  return (_target, _name, descriptor: PropertyDescriptor) => {
    Reflect.defineMetadata(OPERATION, operation, descriptor.value as object);
  };
}

export function operationOf(handler: object): Operation | undefined {
  return Reflect.getMetadata(OPERATION, handler) as Operation | undefined;
}
