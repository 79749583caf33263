import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyCharacter } from '../any-character.fixture.ts';
import type { ChatMessage } from '../request/chat-request.ts';
import { footerText, type FooterFacts } from './footer-text.ts';
import { stripFooter, stripFooters } from './strip-footer.ts';

const facts: FooterFacts = {
  usage: { prompt_tokens: 1200, completion_tokens: 34, total_tokens: 1234 },
  points: 57,
  pointsAreEstimate: false,
  left: { of: 'account', points: 987_654 },
};
const FOOTER = footerText(facts);
const LONG_FOOTER = footerText({
  ...facts,
  left: { of: 'account', points: undefined },
  pointsAreEstimate: true,
  warning: { above: 50, cheaper: [{ name: 'GPT-4.1-mini', points: 12 }] },
  limit: 55,
});
const BLOCK = FOOTER.trim();

/** Any footer that there can be. */
const anyFooter = fc
  .record({
    usage: fc.record({
      prompt_tokens: fc.nat(),
      completion_tokens: fc.nat(),
      total_tokens: fc.nat(),
    }),
    points: fc.double({ min: -10, max: 1e9, noNaN: true }),
    pointsAreEstimate: fc.boolean(),
    left: fc.option(
      fc.oneof(
        fc.record({
          of: fc.constant('account' as const),
          points: fc.option(fc.integer(), { nil: undefined }),
        }),
        fc.record({
          of: fc.constant('budget' as const),
          points: fc.nat(),
          period: fc.constantFrom('day' as const, 'week' as const, 'month' as const),
        }),
      ),
      { nil: undefined },
    ),
    warning: fc.option(
      fc.record({
        above: fc.nat(),
        cheaper: fc.array(
          fc.record({
            name: fc.string({ minLength: 1, maxLength: 100 }).map((n) => n.replace(/[\r\n]/g, '-')),
            points: fc.nat(),
          }),
          { maxLength: 3 },
        ),
      }),
      { nil: undefined },
    ),
    limit: fc.option(fc.nat(), { nil: undefined }),
  })
  .map(footerText);

/** Texts that are made to be taken for a footer, or to hide one. */
const trickyText = fc
  .array(
    fc.oneof(
      fc.constantFrom('\n', '\r', '\r\n', ' ', '---', 'abc', '\n\n---', 'Warning: a', 'Limit: b'),
      fc.constantFrom(FOOTER, BLOCK, LONG_FOOTER, BLOCK.slice(4), FOOTER.replaceAll('\n', '\r\n')),
      anyFooter,
      fc.string({ unit: anyCharacter }),
    ),
  )
  .map((pieces) => pieces.join(''));

describe('stripFooter', () => {
  it('takes off exactly what was put on, whatever the text', () => {
    fc.assert(
      fc.property(trickyText, anyFooter, (text, footer) => {
        // Unless the text ends with one already: then that goes too.
        expect(stripFooter(text + footer)).toBe(stripFooter(text));
        expect(stripFooter(`${text}\nEnd.${footer}`)).toBe(`${text}\nEnd.`);
      }),
      { numRuns: 1000 },
    );
  });

  it('takes off nothing but a block that ends the text and begins a line', () => {
    const block =
      /^(?:(?:(?:\r?\n){1,2})?---\r?\nTokens: .*\d out\) \| Points: -?[\d,]+(?: est\.)?(?: \| (?:Balance: \S+|Budget: [\d,]+ left [a-z ]+))?(?:\r?\nWarning: [^\r\n]*)?(?:\r?\nLimit: [^\r\n]*)?\s*)+$/;
    fc.assert(
      fc.property(trickyText, (text) => {
        const left = stripFooter(text);
        expect(text.startsWith(left)).toBe(true);
        const gone = text.slice(left.length);
        if (gone === '') return;
        expect(gone).toMatch(block);
        expect(left === '' || /^[\r\n]/.test(gone)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['the longest form', LONG_FOOTER],
    ['an estimate', footerText({ ...facts, pointsAreEstimate: true })],
    ['an unknown balance', footerText({ ...facts, left: { of: 'account', points: undefined } })],
    ['a budget', footerText({ ...facts, left: { of: 'budget', points: 12_345, period: 'week' } })],
    ['nothing left to tell', footerText({ ...facts, left: undefined })],
    [
      'negative numbers',
      footerText({ ...facts, points: -5, left: { of: 'account', points: -1234 } }),
    ],
    ['a warning', footerText({ ...facts, warning: { above: 5, cheaper: [] } })],
    ['a limit', footerText({ ...facts, limit: 5 })],
    [
      'a warning with long names',
      footerText({
        ...facts,
        limit: 5,
        warning: {
          above: 5,
          cheaper: ['a', 'b', 'c'].map((x) => ({ name: x.repeat(200), points: 1 })),
        },
      }),
    ],
    ['windows line ends', FOOTER.replaceAll('\n', '\r\n')],
    ['windows line ends and all lines', LONG_FOOTER.replaceAll('\n', '\r\n')],
    ['one line end before it', FOOTER.slice(1)],
    ['one windows line end before it', `\r\n${BLOCK}`],
    ['mixed line ends before it', `\n\r\n${BLOCK}`],
    ['a line end after it', `${FOOTER}\n`],
    ['blanks after it', `${FOOTER} \r\n\t\n`],
  ])('takes off a footer with %s', (_, footer) => {
    expect(stripFooter(`An answer.${footer}`)).toBe('An answer.');
  });

  it('leaves nothing of an answer that was a footer alone', () => {
    expect(stripFooter(FOOTER)).toBe('');
    expect(stripFooter(BLOCK)).toBe('');
    expect(stripFooter(`\n${BLOCK}`)).toBe('');
  });

  it('keeps what an answer itself ends with', () => {
    expect(stripFooter(`a\n${FOOTER}`)).toBe('a\n');
    expect(stripFooter(`a\r${FOOTER}`)).toBe('a\r');
    expect(stripFooter(`a\r\n${FOOTER}`)).toBe('a\r\n');
    expect(stripFooter(`a\r\n${FOOTER.replaceAll('\n', '\r\n')}`)).toBe('a\r\n');
  });

  it('takes off all that stand on top of each other', () => {
    expect(stripFooter(`a${FOOTER}${LONG_FOOTER}`)).toBe('a');
    expect(stripFooter(`a${FOOTER}  \n${FOOTER.replaceAll('\n', '\r\n')}\n${FOOTER}`)).toBe('a');
    expect(stripFooter(`a${FOOTER}b${FOOTER}`)).toBe(`a${FOOTER}b`);
  });

  it('takes off a few, not thousands', () => {
    const left = stripFooter(`a${FOOTER.repeat(1000)}`);
    expect(left).toBe(`a${FOOTER.repeat(984)}`);
  });

  it.each([
    ['', ''],
    ['a plain text', 'An answer.'],
    ['a rule', 'An answer.\n\n---\nMore of it.'],
    ['a footer in the middle', `a${FOOTER}\nb`],
    ['a footer that goes on', `a${FOOTER}0 and counting`],
    ['another word', `a${FOOTER.replace('Tokens', 'Token')}`],
    ['other numbers', `a${FOOTER.replace('57', '5.7')}`],
    ['no number', `a${FOOTER.replace('57', '')}`],
    ['half a footer', `a${FOOTER.slice(0, -8)}`],
    ['no rule', `a${FOOTER.replace('---\n', '')}`],
    ['a longer rule', `a\n\n-${BLOCK}`],
    ['a rule at the end of a line', `a${BLOCK}`],
    ['an indented rule', `a\n\n ${BLOCK}`],
    ['a lone \\r before the rule', `a\r${BLOCK}`],
    ['lines in another order', `a${FOOTER}\nLimit: a\nWarning: b`],
    ['a second warning', `a${FOOTER}\nWarning: a\nWarning: b`],
    ['another last line', `a${FOOTER}\nNote: a`],
    ['a gap before the warning', `a${FOOTER}\n\nWarning: a`],
  ])('leaves alone %s', (_, text) => {
    expect(stripFooter(text)).toBe(text);
  });

  it('takes no rule for the begin of a text because it looks at the end only', () => {
    const most = 1000 - BLOCK.length;
    for (const blanks of [most - 1, most, most + 1]) {
      const text = `a${BLOCK}${' '.repeat(blanks)}`;
      expect(stripFooter(text)).toBe(text);
    }
  });

  it.each([0, 900, 1000, 2000, 100_000])('takes off a footer with %i blanks after it', (blanks) => {
    expect(stripFooter(`a${FOOTER}${' '.repeat(blanks)}`)).toBe('a');
    expect(stripFooter(`a${' '.repeat(blanks)}`)).toBe(`a${' '.repeat(blanks)}`);
  });

  it('finds the footer of a text that is full of beginnings of one', () => {
    const text = '\n\n---\nTokens: '.repeat(1_000_000);
    expect(stripFooter(text)).toBe(text);
    expect(stripFooter(text + FOOTER)).toBe(text);
  });
});

describe('stripFooters', () => {
  const part = (text: string) => ({ type: 'text', text });

  it('takes off the footers of what the assistant said', () => {
    const messages: ChatMessage[] = [
      { role: 'assistant', content: `a${FOOTER}`, name: 'bot' },
      {
        role: 'assistant',
        content: [part(`a${FOOTER}`), part('b'), { ...part(`c${FOOTER}`), cached: true }],
      },
    ];
    expect(stripFooters(messages)).toEqual([
      { role: 'assistant', content: 'a', name: 'bot' },
      {
        role: 'assistant',
        content: [part(`a${FOOTER}`), part('b'), { ...part('c'), cached: true }],
      },
    ]);
    expect(messages[0]?.content).toBe(`a${FOOTER}`);
  });

  it('takes out a message that was nothing but a footer, unless it called tools', () => {
    const empty: ChatMessage = { role: 'assistant', content: FOOTER };
    const call: ChatMessage = { ...empty, tool_calls: [{ id: 'x' }] };
    expect(stripFooters([empty, call])).toEqual([{ ...call, content: '' }]);
    const user: ChatMessage = { role: 'user', content: 'hi' };
    expect(stripFooters([{ ...empty, tool_calls: [] }, user])).toEqual([user]);
  });

  it.each<[string, ReturnType<typeof part>[], ReturnType<typeof part>[] | undefined]>([
    ['a footer of its own', [part('a'), part(FOOTER)], [part('a')]],
    ['two of them', [part('a'), part(FOOTER), part(BLOCK)], [part('a')]],
    ['one of its own and one before', [part(`a${FOOTER}`), part(BLOCK)], [part('a')]],
    ['nothing but a footer', [part(FOOTER)], undefined],
    ['a footer after an empty part', [part(''), part(FOOTER)], [part('')]],
  ])('leaves no empty part of %s', (_what, content, left) => {
    const user: ChatMessage = { role: 'user', content: 'hi' };
    const said: ChatMessage = { role: 'assistant', content };
    expect(stripFooters([said, user])).toEqual(left ? [{ ...said, content: left }, user] : [user]);
  });

  it('leaves a conversation that would be empty', () => {
    const messages: ChatMessage[] = [{ role: 'assistant', content: [part(FOOTER)] }];
    expect(stripFooters(messages)).toBe(messages);
  });

  it.each<[string, ChatMessage]>([
    ['of users', { role: 'user', content: `a${FOOTER}` }],
    ['of the system', { role: 'system', content: `a${FOOTER}` }],
    ['of tools', { role: 'tool', content: `a${FOOTER}`, tool_call_id: 'x' }],
    ['without a footer', { role: 'assistant', content: 'a' }],
    ['without text', { role: 'assistant', content: null }],
    ['without content', { role: 'assistant' }],
    ['with an empty text', { role: 'assistant', content: '' }],
    ['with no parts', { role: 'assistant', content: [] }],
    ['with parts without a footer', { role: 'assistant', content: [part('a')] }],
    [
      'with a picture at the end',
      { role: 'assistant', content: [part(FOOTER), { type: 'image_url' }] },
    ],
    [
      'with a part of another type',
      { role: 'assistant', content: [{ type: 'refusal', text: FOOTER }] },
    ],
    ['with a text that is none', { role: 'assistant', content: [{ type: 'text', text: 5 }] }],
  ])('leaves messages %s the same objects', (_, message) => {
    const [left] = stripFooters([message]);
    expect(left).toBe(message);
  });
});
