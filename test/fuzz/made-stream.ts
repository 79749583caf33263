import fc from 'fast-check';
import { hostileLiteral } from './hostile-literals.ts';

/** Few texts, so that one often stands where another is looked for. */
const text = fc.constantFrom('"a"', '"b"', '","', '"\\n"', '"é😀"', '"\uFEFF"', '""');
const maybe = (arbitrary: fc.Arbitrary<string>) =>
  fc.oneof({ weight: 5, arbitrary }, { weight: 1, arbitrary: hostileLiteral });

const index = fc.oneof(fc.constantFrom('0', '1', '2'), hostileLiteral);
const called = members({ name: maybe(text), arguments: maybe(text) });
const call = maybe(members({ index, id: maybe(text), function: maybe(called) }));
const delta = members({
  role: fc.constant('"assistant"'),
  content: maybe(text),
  reasoning_content: maybe(text),
  reasoning: maybe(text),
  tool_calls: maybe(fc.array(call, { maxLength: 2 }).map((calls) => `[${calls.join(',')}]`)),
});
const count = maybe(fc.constantFrom('0', '7'));
const usage = members({
  prompt_tokens: count,
  completion_tokens: count,
  total_tokens: count,
  completion_tokens_details: maybe(members({ reasoning_tokens: count })),
});
const choice = members({
  delta: maybe(delta),
  finish_reason: fc.constantFrom('null', 'null', '"stop"', '"length"'),
  logprobs: maybe(fc.constant('null')),
});

/** The frame that nearly all streams consist of, whose text is taken out without parsing it. */
const plain = fc
  .tuple(text, text, fc.boolean())
  .map(
    ([id, content, ends]) =>
      `{"id":${id},"choices":[{"delta":{"content":${content}},"finish_reason":${ends ? '"stop"' : 'null'}}]}`,
  );
const frame = fc.oneof(
  { weight: 4, arbitrary: plain },
  {
    weight: 3,
    arbitrary: members({ choices: choice.map((only) => `[${only}]`), usage: maybe(usage) }),
  },
  { weight: 1, arbitrary: fc.constantFrom('[DONE]', '{"error":{"message":"m"}}', 'x', '{}') },
);
const event = fc
  .tuple(fc.constantFrom('', '', '', 'event: error\n', ': ping\n', 'event: a\n'), frame)
  .map(([before, data]) => `${before}data: ${data}\n\n`);

/** Streams that no bot would send, of frames that nearly are what they should be. */
export const madeStream: fc.Arbitrary<string> = fc
  .tuple(fc.array(event, { maxLength: 8 }), fc.constantFrom('\n', '\r\n', '\r'))
  .map(([events, end]) => events.join('').replaceAll('\n', end));

/** An object with some of these members. */
function members(values: Record<string, fc.Arbitrary<string>>): fc.Arbitrary<string> {
  return fc.record(values, { requiredKeys: [] }).map(
    (object) =>
      `{${Object.entries(object)
        .map(([name, value]) => `"${name}":${value}`)
        .join(',')}}`,
  );
}
