import fc from 'fast-check';

/** Stands for what must not be repeated to anybody. */
export const CANARY = 'Zq7-canary';

const DEPTHS = [40, 700, 20_000];

/** As JSON text, since not all of them survive being written by `JSON.stringify`. */
const LITERALS = [
  ...['0', '-0', '-1', '0.5', '1e999', '-1e999', '1e21', '1e300', '4294967294', '9007199254740993'],
  ...[
    'null',
    'true',
    'false',
    '[]',
    '{}',
    '[null]',
    '[[]]',
    '[0]',
    '[{}]',
    '""',
    '" "',
    '"7"',
    '"1e999"',
  ],
  ...['"stop"', '"tool_calls"', '"[DONE]"', '"\\ud83d"', '"\\ude00\\u0000"', '"\\u2028\\r\\n"'],
  ...['"__proto__"', '{"__proto__":{"polluted":1}}', '{"toString":1}', '{"length":"x"}'],
  ...[
    '{"toJSON":1}',
    '{"message":{}}',
    '{"error":{}}',
    '[{"index":0.5}]',
    '[{"id":{},"index":-1}]',
  ],
  ...[`"${CANARY}"`, `{"${CANARY}":"${CANARY}"}`, `"${'x'.repeat(3000)}"`],
  ...DEPTHS.map((depth) => '['.repeat(depth) + ']'.repeat(depth)),
  ...DEPTHS.map((depth) => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth)),
];

/** JSON values, as text, that code is apt not to have reckoned with. */
export const hostileLiteral: fc.Arbitrary<string> = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom('null', '0', '""', '[]', '{}', '[null]', '1e999') },
  { weight: 4, arbitrary: fc.constantFrom(...LITERALS) },
  { weight: 1, arbitrary: fc.json({ maxDepth: 3, depthSize: 'small' }) },
  { weight: 1, arbitrary: fc.double().map((value) => JSON.stringify(value)) },
);

/** Members that are looked at somewhere, and the traps that every object has. */
export const memberName: fc.Arbitrary<string> = fc.constantFrom(
  ...['error', 'choices', 'usage', 'delta', 'message', 'content', 'role', 'reasoning', 'refusal'],
  ...['reasoning_content', 'tool_calls', 'index', 'id', 'function', 'name', 'arguments', 'type'],
  ...['finish_reason', 'logprobs', 'code', 'param', 'text', 'data', 'tools', 'model', 'stream'],
  ...['prompt_tokens', 'completion_tokens', 'completion_tokens_details', 'reasoning_tokens'],
  ...['total_tokens', 'tool_call_id', 'image_url', 'file', 'input_audio', 'max_tokens', 'stop'],
  ...['__proto__', 'constructor', 'toString', 'toJSON', 'valueOf', 'length', '', CANARY],
);
