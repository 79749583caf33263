import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyCharacter } from '../any-character.fixture.ts';
import { FrameTemplate } from './frame-template.ts';

const frame = (content: string, id = 'chatcmpl-1') =>
  JSON.stringify({ id, model: 'GPT', choices: [{ index: 0, delta: { content } }] });

function learned(data: string, content: string): FrameTemplate {
  const template = new FrameTemplate();
  template.learn(data, content);
  return template;
}

describe('FrameTemplate', () => {
  it('knows no frame before it has learned one', () => {
    expect(new FrameTemplate().contentJsonOf(frame('a'))).toBeUndefined();
  });

  it.each(['b', 'a', '', ' ', '{}', 'é😀', '\u2028', '\uFEFF', "'"])(
    'takes %j out of a frame that differs in its content only',
    (content) => {
      expect(learned(frame('a'), 'a').contentJsonOf(frame(content))).toBe(`"${content}"`);
    },
  );

  it.each([
    ['a line end', frame('a\nb')],
    ['a quote', frame('"')],
    ['a backslash', frame('\\')],
    ['a control character', frame('\u0001')],
    ['a raw control character', frame('a').replace('"a"', '"\u001f"')],
    ['another member', frame('a').replace('"a"', '"a","role":"assistant"')],
    ['no string', frame('a').replace('"a"', '5')],
    ['null', frame('a').replace('"a"', 'null')],
    ['half a string', frame('a').replace('"a"', '"')],
    ['a string without an end', frame('a').replace('"a"', '"a')],
    ['a string without a begin', frame('a').replace('"a"', 'a"')],
    ['another id', frame('a', 'chatcmpl-2')],
    ['a finish reason', frame('a').replace('}]', ',"finish_reason":"stop"}]')],
    ['a shorter frame', '{"id":"chatcmpl-1"}'],
    ['nothing', ''],
    ['the done mark', '[DONE]'],
  ])('leaves a frame with %s to the parser', (_, data) => {
    expect(learned(frame('a'), 'a').contentJsonOf(data)).toBeUndefined();
  });

  it('learns from content that has to be escaped', () => {
    expect(learned(frame('a\n"b"'), 'a\n"b"').contentJsonOf(frame('c'))).toBe('"c"');
  });

  it('finds the content after an equal text that is no value', () => {
    const data = (content: string) => `{"a":["a"],"choices":[{"delta":{"content":"${content}"}}]}`;
    expect(learned(data('a'), 'a').contentJsonOf(data('b'))).toBe('"b"');
  });

  it.each([
    ['another member has the same text', frame('GPT'), 'GPT'],
    ['the content is written with escapes', frame('x', '/').replace('"x"', '"\\/"'), '/'],
    ['the text stands between members', '{"a:","b":1,"choices":[{"delta":{"content":"c"}}]}', ','],
    ['the content stands elsewhere', '{"text":"a","choices":[]}', 'a'],
    ['choices are null', '{"text":"a","choices":[null]}', 'a'],
    ['the content is empty', frame(''), ''],
    ['the text is not there', frame('a'), 'b'],
  ])('learns nothing when %s', (_, data, content) => {
    const template = learned(data, content);
    expect(template.contentJsonOf(data)).toBeUndefined();
    expect(template.contentJsonOf(frame('b'))).toBeUndefined();
  });

  it('keeps what it learned first', () => {
    const template = learned(frame('a'), 'a');
    template.learn(frame('a', 'other'), 'a');
    expect(template.contentJsonOf(frame('b', 'other'))).toBeUndefined();
    expect(template.contentJsonOf(frame('b'))).toBe('"b"');
  });

  it('gives up after eight frames, not counting empty ones', () => {
    const tries = (failures: number) => {
      const template = new FrameTemplate();
      for (let i = 0; i < failures; i++) template.learn(frame('a'), 'elsewhere');
      for (let i = 0; i < 20; i++) template.learn(frame(''), '');
      template.learn(frame('a'), 'a');
      return template.contentJsonOf(frame('b'));
    };
    expect(tries(7)).toBe('"b"');
    expect(tries(8)).toBeUndefined();
  });

  it('never says anything that parsing the whole frame would not', () => {
    // Few different texts, so that content and id are often the same.
    const text = fc.oneof(
      { weight: 1, arbitrary: fc.string({ unit: anyCharacter }) },
      { weight: 4, arbitrary: fc.constantFrom(',', 'a', '/') },
    );
    const literal = text.chain((value) =>
      fc.constantFrom(
        JSON.stringify(value),
        JSON.stringify(value).replaceAll('/', '\\/'),
        escape(value),
      ),
    );
    const anyFrame = fc
      .tuple(text, literal, fc.constantFrom('content', 'text'), fc.boolean())
      .map(([id, content, member, twice]) => {
        const first = twice ? `"content":${JSON.stringify(id)},` : '';
        return `{"id":${JSON.stringify(id)},"choices":[{"delta":{${first}"${member}":${content}}}]}`;
      });
    fc.assert(
      fc.property(fc.array(anyFrame, { minLength: 2 }), (frames) => {
        const template = new FrameTemplate();
        for (const data of frames) {
          const parsed = contentOf(data);
          const json = template.contentJsonOf(data);
          if (json !== undefined) expect(JSON.parse(json)).toBe(parsed);
          else if (parsed !== undefined) template.learn(data, parsed);
        }
      }),
      { numRuns: 500 },
    );
  });
});

function escape(text: string): string {
  const units = text.split('').map((unit) => unit.charCodeAt(0).toString(16).padStart(4, '0'));
  return `"${units.map((unit) => `\\u${unit}`).join('')}"`;
}

function contentOf(data: string): string | undefined {
  const { choices } = JSON.parse(data) as { choices: [{ delta: { content?: string } }] };
  return choices[0].delta.content;
}
