import { isRecord } from '../config/is-record.ts';

/**
 * Puts every schema with a title among `components`, once, and a reference where it stood.
 * @returns the document that has both
 */
export function hoistSchemas(document: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const schemas: Record<string, unknown> = {};
  const replace = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(replace);
    if (!isRecord(value)) return value;
    const copy = Object.fromEntries(Object.entries(value).map(([name, of]) => [name, replace(of)]));
    const { title } = value;
    if (typeof title !== 'string' || value.properties === undefined) return copy;
    schemas[title] = copy;
    return { $ref: `#/components/schemas/${title}` };
  };
  const paths = replace(document.paths);
  const components = isRecord(document.components) ? document.components : {};
  return { ...document, paths, components: { ...components, schemas } };
}
