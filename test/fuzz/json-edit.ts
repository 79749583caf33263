import fc from 'fast-check';
import { hostileLiteral, memberName } from './hostile-literals.ts';

/** Which value, by a number that wraps around, and what to do to it. */
export type JsonEdit =
  | { readonly edit: 'replace'; readonly at: number; readonly literal: string }
  | { readonly edit: 'repeat'; readonly at: number; readonly times: number }
  | { readonly edit: 'copy'; readonly at: number; readonly from: number }
  | { readonly edit: 'add'; readonly at: number; readonly name: string; readonly literal: string };

const place = fc.nat(9999);

export const jsonEdit: fc.Arbitrary<JsonEdit> = fc.oneof(
  fc.record({ edit: fc.constant('replace' as const), at: place, literal: hostileLiteral }),
  fc.record({
    edit: fc.constant('add' as const),
    at: place,
    name: memberName,
    literal: hostileLiteral,
  }),
  fc.record({
    edit: fc.constant('repeat' as const),
    at: place,
    times: fc.integer({ min: 2, max: 9 }),
  }),
  fc.record({ edit: fc.constant('copy' as const), at: place, from: place }),
);

/** Valid JSON, alone or inside other text, stays valid. */
export function applyJsonEdit(text: string, edit: JsonEdit): string {
  const { values, objects } = findValues(text);
  if (edit.edit === 'add') {
    const start = objects[edit.at % objects.length];
    if (start === undefined) return text;
    const comma = /^\s*\}/.test(text.slice(start + 1, start + 50)) ? '' : ',';
    const member = `${JSON.stringify(edit.name)}:${edit.literal}${comma}`;
    return text.slice(0, start + 1) + member + text.slice(start + 1);
  }
  const span = values[edit.at % values.length];
  if (!span) return text;
  const [from, to] = span;
  const old = text.slice(from, to);
  return text.slice(0, from) + replacement(edit, old, text, values) + text.slice(to);
}

function replacement(
  edit: Exclude<JsonEdit, { edit: 'add' }>,
  old: string,
  text: string,
  values: readonly Span[],
): string {
  switch (edit.edit) {
    case 'replace':
      return edit.literal;
    case 'repeat':
      return `[${Array<string>(edit.times).fill(old).join(',')}]`;
    case 'copy':
      return text.slice(...(values[edit.from % values.length] ?? [0, 0]));
  }
}

type Span = [from: number, to: number];

const TOKEN = /"(?:[^"\\]|\\.)*"(\s*:)?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[{}[\]]/g;
/** Looking for places must not cost more than what is tried with them. */
const MOST_VALUES = 2000;

/** Where the values of JSON stand in a text, containers too, and where objects begin. */
function findValues(text: string): { values: Span[]; objects: number[] } {
  const values: Span[] = [];
  const objects: number[] = [];
  const open: number[] = [];
  for (const { 0: token, 1: colon, index } of text.matchAll(TOKEN)) {
    if (values.length > MOST_VALUES) break;
    if (token === '{' || token === '[') {
      open.push(index);
      if (token === '{') objects.push(index);
    } else if (token === '}' || token === ']') {
      const start = open.pop();
      if (start !== undefined) values.push([start, index + 1]);
    } else if (colon === undefined) values.push([index, index + token.length]);
  }
  return { values, objects };
}
