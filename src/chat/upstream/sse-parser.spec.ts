import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyCharacter } from '../any-character.fixture.ts';
import { SseParser } from './sse-parser.ts';

type SentEvent = [event: string, data: string];

function parse(...pieces: (string | Buffer)[]): SentEvent[] {
  const events: SentEvent[] = [];
  const parser = new SseParser((event, data) => events.push([event, data]));
  for (const piece of pieces) parser.push(Buffer.from(piece));
  parser.end();
  return events;
}

describe('SseParser', () => {
  it.each<[string, string, SentEvent[]]>([
    ['an event', 'data: a\n\n', [['message', 'a']]],
    ['no blank after the colon', 'data:a\n\n', [['message', 'a']]],
    ['one blank after the colon only', 'data:  a \n\n', [['message', ' a ']]],
    ['a tab after the colon', 'data:\ta\n\n', [['message', '\ta']]],
    ['a colon in the data', 'data: a: b\n\n', [['message', 'a: b']]],
    ['data of several lines', 'data: a\ndata: b\n\n', [['message', 'a\nb']]],
    ['empty data', 'data:\n\n', [['message', '']]],
    ['data without a colon', 'data\ndata: a\n\n', [['message', '\na']]],
    ['a named event', 'event: error\ndata: a\n\n', [['error', 'a']]],
    ['a name without a blank', 'event:error\ndata: a\n\n', [['error', 'a']]],
    ['a name after the data', 'data: a\nevent: error\n\n', [['error', 'a']]],
    ['the last of several names', 'event: a\nevent: b\ndata: x\n\n', [['b', 'x']]],
    ['an empty name', 'event:\ndata: a\n\n', [['message', 'a']]],
    ['a name with no data', 'event: error\n\ndata: a\n\n', [['message', 'a']]],
    ['comments', ': ping\n\n:\n\ndata: a\n: ping\n\n', [['message', 'a']]],
    ['fields of no use', 'id: 1\nretry: 5\nfoo: bar\nfoo\ndata: a\n\n', [['message', 'a']]],
    ['names that begin like a field', 'database: 1\neventual: 2\ndata: a\n\n', [['message', 'a']]],
    ['blanks before a field', ' data: a\n\n', []],
    [
      '\\r',
      'data: a\rdata: b\r\rdata: c\r\r',
      [
        ['message', 'a\nb'],
        ['message', 'c'],
      ],
    ],
    ['\\r\\n', 'data: a\r\ndata: b\r\n\r\n', [['message', 'a\nb']]],
    ['line ends of all kinds', 'data: a\r\ndata: b\ndata: c\r\n\n', [['message', 'a\nb\nc']]],
    ['a byte order mark', '\uFEFFdata: a\n\n', [['message', 'a']]],
    ['a byte order mark in data', 'data: \uFEFFa\n\n', [['message', '\uFEFFa']]],
    ['an end without an empty line', 'data: a\n', [['message', 'a']]],
    ['an end without a line end', 'data: a', [['message', 'a']]],
    ['nothing', '', []],
    ['empty lines', '\n\r\n\r\r\n', []],
  ])('reads %s', (_, text, events) => {
    expect(parse(text)).toEqual(events);
  });

  it('takes a second byte order mark for a part of the line', () => {
    expect(parse('\uFEFF', '\uFEFFdata: a\n\n')).toEqual([]);
  });

  it('forgets nothing of one event in the next', () => {
    const text = 'event: error\ndata: a\n\ndata: b\n\n';
    expect(parse(text)).toEqual([
      ['error', 'a'],
      ['message', 'b'],
    ]);
  });

  it('tells an event as soon as its empty line is there', () => {
    const events: string[] = [];
    const parser = new SseParser((_, data) => events.push(data));
    parser.push(Buffer.from('data: a\n'));
    expect(events).toEqual([]);
    parser.push(Buffer.from('\n'));
    expect(events).toEqual(['a']);
    parser.push(Buffer.from('data: b\r\r'));
    expect(events).toEqual(['a', 'b']);
  });

  it.each([
    ['inside a character', Buffer.from('data: 😀é\n\n'), 8],
    ['inside a line end', Buffer.from('data: a\r\ndata: b\r\n\r\n'), 8],
    ['inside the empty line', Buffer.from('data: a\r\n\r\ndata: b\r\n\r\n'), 10],
    ['inside a field name', Buffer.from('data: a\n\n'), 2],
    ['inside the byte order mark', Buffer.from('\uFEFFdata: a\n\n'), 1],
  ])('reads on when cut %s', (_, bytes, at) => {
    expect(parse(bytes.subarray(0, at), bytes.subarray(at))).toEqual(parse(bytes));
    expect(parse(bytes)).not.toEqual([]);
  });

  it('reads an empty line out of \\n after a \\r that was data of its own', () => {
    expect(parse('data: a\r', '\n', '\n', 'data: b\n\n')).toEqual([
      ['message', 'a'],
      ['message', 'b'],
    ]);
  });

  it('shows a character that never came whole as a replacement character', () => {
    expect(parse(Buffer.from('data: é').subarray(0, -1))).toEqual([['message', '\uFFFD']]);
  });

  it('reads the same events however they are written and cut', () => {
    fc.assert(
      fc.property(stream(), fc.array(fc.nat()), ({ events, text }, cuts) => {
        const bytes = Buffer.from(text);
        expect(parse(...cutUp(bytes, cuts))).toEqual(events);
        expect(parse(...cutUp(bytes, [...bytes.keys()]))).toEqual(events);
      }),
      { numRuns: 500 },
    );
  });
});

describe('SseParser with a longest event of 100', () => {
  function countEvents(pieces: readonly string[]): number {
    let count = 0;
    const parser = new SseParser(() => (count += 1), 100);
    for (const piece of pieces) parser.push(Buffer.from(piece));
    return count;
  }

  const ten = 'x'.repeat(10);
  const nine = Array<string>(9).fill(ten);

  it.each([
    ['a longer line', ['data: ', ...nine, ten]],
    ['longer data', Array<string>(11).fill(`data: ${ten}\n`)],
    ['empty data without end', Array<string>(102).fill('data\n')],
    ['longer data with the line to come', [...nine.map((x) => `data: ${x}\n`), 'data: ', ten]],
    ['a longer comment', [':', ...nine, ten]],
  ])('refuses %s', (_, pieces) => {
    expect(() => countEvents(pieces)).toThrow(RangeError);
  });

  it.each([
    ['an event in one piece', [`data: ${'x'.repeat(100)}\n\n`]],
    ['an event in pieces', ['data: ', ...nine, '\n\n']],
    ['data of exactly that length', [...nine.map((x) => `data: ${x}\n`), 'data: x\n\n']],
    ['comments without end', [...nine, ...nine].map((x) => `: ${x}\n`).concat('data: a\n\n')],
    ['comments in pieces', [...nine, ...nine].flatMap((x) => [':', x, '\n']).concat('data\n\n')],
  ])('takes %s, again and again', (_, pieces) => {
    expect(countEvents([...pieces, ...pieces])).toBe(2);
  });
});

function cutUp(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b);
  return [0, ...places].map((from, i) => bytes.subarray(from, places[i] ?? bytes.length));
}

/** Events together with one of the many ways in which a server may write them. */
function stream(): fc.Arbitrary<{ events: SentEvent[]; text: string }> {
  const words = fc.oneof(
    fc.string({ unit: anyCharacter }),
    fc.constantFrom(' a', 'é😀', '\uFEFF', ':', '[DONE]'),
  );
  const text = words.map((word) => word.replace(/[\r\n]/g, ''));
  const noise = text.chain((value) =>
    fc.constantFrom(`:${value}`, `id: ${value}`, 'retry:1', `x${value}`),
  );
  const noises = fc.array(noise, { maxLength: 2 });
  const dataLine = fc
    .tuple(text, fc.boolean(), noises)
    .map(([value, blank, before]) => ({ value, lines: [...before, field('data', value, blank)] }));
  const event = fc
    .record({
      name: fc.option(
        text.filter((name) => name !== ''),
        { nil: undefined },
      ),
      data: fc.array(dataLine, { minLength: 1, maxLength: 3 }),
      blank: fc.boolean(),
      nameLast: fc.boolean(),
      emptyLines: fc.integer({ min: 1, max: 3 }),
    })
    .map(({ name, data, blank, nameLast, emptyLines }) => {
      const dataLines = data.flatMap(({ lines }) => lines);
      const nameLines = name === undefined ? [] : [field('event', name, blank)];
      const lines = nameLast ? [...dataLines, ...nameLines] : [...nameLines, ...dataLines];
      const sent: SentEvent = [name ?? 'message', data.map(({ value }) => value).join('\n')];
      return { sent, lines: [...lines, ...Array<string>(emptyLines).fill('')] };
    });
  const ends = fc.array(fc.constantFrom('\n', '\r\n', '\r'), { minLength: 1 });
  return fc
    .record({ list: fc.array(event), ends, mark: fc.boolean() })
    .map(({ list, ends, mark }) => ({
      events: list.map(({ sent }) => sent),
      text:
        (mark ? '\uFEFF' : '') +
        write(
          list.flatMap(({ lines }) => lines),
          ends,
        ),
    }));
}

function field(name: string, value: string, blank: boolean): string {
  if (value === '' && blank) return name;
  return `${name}:${blank || value.startsWith(' ') ? ' ' : ''}${value}`;
}

function write(lines: readonly string[], ends: readonly string[]): string {
  let text = '';
  lines.forEach((line, index) => {
    const end = ends[index % ends.length] ?? '\n';
    // An empty line's \n would only complete the \r before it.
    text += line + (line === '' && end === '\n' && text.endsWith('\r') ? '\r\n' : end);
  });
  return text;
}
