import fc from 'fast-check';
import { applyJsonEdit, jsonEdit, type JsonEdit } from './json-edit.ts';

type Edit =
  | { readonly edit: 'flip'; readonly at: number; readonly bit: number }
  | { readonly edit: 'delete' | 'double'; readonly at: number; readonly length: number }
  | { readonly edit: 'truncate'; readonly at: number }
  | { readonly edit: 'insert'; readonly at: number; readonly bytes: string }
  | { readonly edit: 'swap' | 'move' | 'graft'; readonly at: number; readonly other: number }
  | { readonly edit: 'line-ends'; readonly end: string }
  | { readonly edit: 'json'; readonly json: JsonEdit };

/** Latin-1, so that every byte can be written: bad UTF-8, half frames, line ends of all kinds. */
const SNIPPETS = [
  ...['\xff', '\xc0\x80', '\xed\xa0\x80', '\xf0\x9f', '\xe2\x82', '\xf4\x90\x80\x80', '\x80\xbf'],
  ...['\xef\xbb\xbf', '\xe2\x80\xa8', '\0', '\r', '\n', '\r\n', '\n\n', '\r\r', '\n\r', '\xc2\x85'],
  ...['data: [DONE]\n\n', 'data:', 'data\n', 'data', 'event: error\n', 'event:\n', ': ping\n\n'],
  ...['id: 1\n', 'retry: 0\n', 'data: \n\n', 'data: {}\n\n', 'data: null\n\n'],
  ...['data: {"error":""}\n\n', '\ndata:', '\ndata: ', '\r\ndata:'],
  ...['"', '\\', '\\u', '{', '}', '[', ']', ',', ':', ' ', '\\ud83d', '1e999', 'null'],
  ...[' '.repeat(66_000), 'data: x\n'.repeat(400), '\n'.repeat(400), '\r'.repeat(401)],
];

const place = fc.nat(99_999);
const length = fc.integer({ min: 1, max: 60 });

const byteEdit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ edit: fc.constant('flip' as const), at: place, bit: fc.nat(7) }),
  fc.record({ edit: fc.constantFrom('delete' as const, 'double' as const), at: place, length }),
  fc.record({ edit: fc.constant('truncate' as const), at: place }),
  fc.record({
    edit: fc.constant('insert' as const),
    at: place,
    bytes: fc.constantFrom(...SNIPPETS),
  }),
  fc.record({
    edit: fc.constantFrom('swap' as const, 'move' as const, 'graft' as const),
    at: place,
    other: place,
  }),
  fc.record({ edit: fc.constant('line-ends' as const), end: fc.constantFrom('\r\n', '\r') }),
);

const edit = fc.oneof(byteEdit, fc.record({ edit: fc.constant('json' as const), json: jsonEdit }));

/** One of `seeds` (UTF-8 text), with a few things done to it. */
export function mutated(seeds: readonly string[]): fc.Arbitrary<Buffer> {
  const all = seeds.map((seed) => Buffer.from(seed).toString('latin1'));
  return fc.tuple(fc.constantFrom(...all), fc.array(edit, { maxLength: 5 })).map(([seed, edits]) =>
    Buffer.from(
      edits.reduce((text, next) => apply(text, next, all), seed),
      'latin1',
    ),
  );
}

/** @param text in Latin-1: a character is a byte */
function apply(text: string, edit: Edit, seeds: readonly string[]): string {
  if (edit.edit === 'line-ends') return text.replaceAll('\n', edit.end);
  if (edit.edit === 'json') return applyJsonEdit(text, edit.json);
  const at = edit.at % (text.length + 1);
  switch (edit.edit) {
    case 'flip': {
      const flipped = String.fromCharCode((text.charCodeAt(at) || 0) ^ (1 << edit.bit));
      return text.slice(0, at) + flipped + text.slice(at + 1);
    }
    case 'delete':
      return text.slice(0, at) + text.slice(at + edit.length);
    case 'double':
      return text.slice(0, at + edit.length) + text.slice(at);
    case 'truncate':
      return text.slice(0, at);
    case 'insert':
      return text.slice(0, at) + edit.bytes + text.slice(at);
    case 'graft': {
      const other = seeds[edit.other % seeds.length] ?? '';
      return text.slice(0, at) + other.slice(edit.other % (other.length + 1));
    }
    case 'swap':
    case 'move':
      return rearrange(text, edit);
  }
}

/** Frames out of order, or told twice. */
function rearrange(
  text: string,
  { edit, at, other }: { edit: string; at: number; other: number },
): string {
  const frames = text.split('\n\n');
  const first = at % frames.length;
  const second = other % frames.length;
  const [a = '', b = ''] = [frames[first], frames[second]];
  frames[first] = b;
  if (edit === 'swap') frames[second] = a;
  return frames.join('\n\n');
}
