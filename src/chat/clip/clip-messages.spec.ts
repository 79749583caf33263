import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChatMessage } from '../request/chat-request.ts';
import { clipMessages } from './clip-messages.ts';

const say = (role: ChatMessage['role']): ChatMessage => ({ role, content: '' });
const call = (id: string): ChatMessage => ({ role: 'assistant', tool_calls: [{ id }] });
const result = (id: string): ChatMessage => ({ role: 'tool', content: '', tool_call_id: id });

/** A conversation in letters: `s`ystem, `d`eveloper, `u`ser, `a`ssistant, `c`all, `r`esult. */
function conversation(letters: string): ChatMessage[] {
  const roles = { s: 'system', d: 'developer', u: 'user', a: 'assistant' } as const;
  return [...letters].map((letter) => {
    if (letter === 'c') return call('id');
    if (letter === 'r') return result('id');
    return say(roles[letter as keyof typeof roles]);
  });
}

/** Every message has 10 tokens. */
function clip(letters: string, cap: number): string {
  const counts = Array<number>(letters.length).fill(10);
  return clipMessages(conversation(letters), counts, cap).join(' ');
}

describe('clipMessages', () => {
  it.each([
    ['keeps all that fits', 'suau', 40, '0 1 2 3'],
    ['drops the oldest turn', 'suauau', 59, '0 3 4 5'],
    ['drops no more turns than it must', 'suauauau', 60, '0 3 4 5 6 7'],
    ['drops turns until it fits', 'suauauau', 59, '0 5 6 7'],
    ['drops what stands before the first user message first', 'saauau', 50, '0 3 4 5'],
    ['keeps system and developer messages wherever they stand', 'susadau', 40, '0 2 4 6'],
    ['keeps the last user message, whatever the cap', 'uauau', 0, '4'],
    ['keeps the last user message and the last answer', 'uauaaa', 0, '2 5'],
    ['drops the oldest of the last turn', 'uuaaaa', 40, '1 3 4 5'],
    ['drops old turns before anything of the last', 'uaauaa', 30, '3 4 5'],
    ['drops a call with its result', 'uucrcra', 50, '1 4 5 6'],
    ['keeps the call of the last result', 'uacracr', 20, '0 5 6'],
    ['keeps a call and a late result together', 'ucaru', 20, '4'],
    ['keeps a user message in the middle of a call', 'uucuraa', 20, '2 3 4 6'],
    ['drops a turn although a system message is in it', 'usau', 20, '1 3'],
    ['keeps an answer when there is no user message', 'aaa', 10, '2'],
    ['keeps only system messages when there is nothing else', 'sd', 0, '0 1'],
  ])('%s', (_, letters, cap, kept) => {
    expect(clip(letters, cap)).toBe(kept);
  });

  it('drops nothing of nothing', () => {
    expect(clipMessages([], [], 0)).toEqual([]);
  });

  it('goes by the sizes of the messages', () => {
    const messages = conversation('uauau');
    expect(clipMessages(messages, [1, 1, 50, 1, 1], 10)).toEqual([4]);
    expect(clipMessages(messages, [50, 1, 1, 1, 1], 10)).toEqual([2, 3, 4]);
  });

  it('takes the longest conversation that there may be', () => {
    const letters = 'ua'.repeat(2048);
    expect(clip(letters, 10).split(' ')).toHaveLength(2);
  });
});

describe('clipMessages, for any conversation', () => {
  const role = fc.constantFrom('s', 'd', 'u', 'a');
  const id = fc.constantFrom('x', 'y', 'z');
  const message = fc.oneof(
    { weight: 3, arbitrary: role.map((letter) => conversation(letter)) },
    // With its result at once, …
    { weight: 2, arbitrary: id.map((name) => [call(name), result(name)]) },
    // … or anything that clients make of it.
    { weight: 1, arbitrary: id.map((name) => [call(name)]) },
    { weight: 1, arbitrary: id.map((name) => [result(name)]) },
  );
  const sized = (part: typeof message) =>
    fc
      .array(part, { maxLength: 12 })
      .map((parts) => parts.flat())
      .chain((messages) =>
        fc.record({
          messages: fc.constant(messages),
          counts: fc.array(fc.integer({ min: 4, max: 40 }), {
            minLength: messages.length,
            maxLength: messages.length,
          }),
          cap: fc.nat(200),
        }),
      );
  const sum = (indexes: readonly number[], counts: readonly number[]) =>
    indexes.reduce((total, index) => total + (counts[index] ?? 0), 0);

  it('keeps calls and results together, the last user message and what is pinned', () => {
    fc.assert(
      fc.property(sized(message), ({ messages, counts, cap }) => {
        const kept = clipMessages(messages, counts, cap);
        expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b));
        messages.forEach(({ role, tool_call_id: id }, index) => {
          if (role === 'system' || role === 'developer') expect(kept).toContain(index);
          const caller = messages.findLastIndex(
            ({ tool_calls: calls }, at) => at < index && calls?.[0]?.id === id,
          );
          if (role === 'tool' && caller !== -1) {
            expect(kept.includes(index)).toBe(kept.includes(caller));
          }
        });
        const lastUser = messages.findLastIndex(({ role }) => role === 'user');
        if (lastUser !== -1) expect(kept).toContain(lastUser);
        const again = kept.map((index) => messages[index]).filter((m) => m !== undefined);
        const sizes = kept.map((index) => counts[index] ?? 0);
        expect(clipMessages(again, sizes, cap)).toEqual([...again.keys()]);
      }),
      { numRuns: 300 },
    );
  });

  it('fits, or has only what must stay', () => {
    fc.assert(
      fc.property(sized(message), ({ messages, counts, cap }) => {
        const kept = clipMessages(messages, counts, cap);
        const least = clipMessages(messages, counts, 0);
        if (sum(kept, counts) > cap) expect(kept).toEqual(least);
        expect(least.every((index) => kept.includes(index))).toBe(true);
        if (sum([...messages.keys()], counts) <= cap) expect(kept).toHaveLength(messages.length);
      }),
    );
  });

  it('drops whole turns, oldest first, and none without need', () => {
    const turn = fc
      .array(fc.constantFrom('a', 's', 'cr'), { maxLength: 4 })
      .map((parts) => conversation(`u${parts.join('')}`));
    fc.assert(
      fc.property(sized(turn), ({ messages, counts, cap }) => {
        const kept = clipMessages(messages, counts, cap);
        const turnOf = messages.map(
          (_, index) => messages.slice(0, index + 1).filter(({ role }) => role === 'user').length,
        );
        const lastTurn = turnOf.at(-1) ?? 0;
        const dropped = [...messages.keys()].filter((index) => !kept.includes(index));
        const latest = Math.max(0, ...dropped.map((index) => turnOf[index] ?? 0));
        messages.forEach(({ role }, index) => {
          const inTurn = turnOf[index] ?? 0;
          const goes = inTurn < latest || (inTurn === latest && latest < lastTurn);
          if (goes && role !== 'system') expect(dropped).toContain(index);
        });
        if (latest > 0 && latest < lastTurn) {
          const restored = dropped.filter((index) => turnOf[index] === latest);
          expect(sum([...kept, ...restored], counts)).toBeGreaterThan(cap);
        }
      }),
      { numRuns: 300 },
    );
  });
});
