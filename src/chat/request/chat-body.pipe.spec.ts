import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ApiError } from '../../errors/api-error.ts';
import { ChatBodyPipe } from './chat-body.pipe.ts';

const messages = [{ role: 'user', content: 'hi' }];
const pipe = new ChatBodyPipe();

/** The body that the pipe passes on, or the error that it throws. */
function transform(body: unknown): unknown {
  try {
    return pipe.transform(body);
  } catch (error) {
    return error;
  }
}

describe('ChatBodyPipe', () => {
  it('passes on the very same object', () => {
    const body = { model: 'gpt', messages, thinking_budget: 5, unknown: null };
    const before = structuredClone(body);
    expect(transform(body)).toBe(body);
    expect(body).toStrictEqual(before);
  });

  it('keeps keys with the names of objects’ own', () => {
    const text = `{"model":"gpt","messages":[{"role":"user","content":"hi","constructor":1}],
      "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":
      {"constructor":{"type":"string"},"prototype":{"type":"string"},"__proto__":{"type":"string"},
      "hasOwnProperty":{"type":"string"}}}}}],"prototype":2}`;
    const body: unknown = JSON.parse(text);
    expect(JSON.stringify(transform(body))).toBe(JSON.stringify(JSON.parse(text)));
    expect(transform(body)).toBe(body);
  });

  it.each([null, undefined, 5, 'text', true, [], [{ model: 'gpt', messages }]])(
    'refuses %j, which is no object',
    (body) => {
      expect(transform(body)).toMatchObject({
        status: 400,
        code: 'invalid_request',
        message: 'the body must be a JSON object',
        param: null,
      });
    },
  );

  it('takes a hundred members, and no more', () => {
    const body = (members: number) => ({
      model: 'gpt',
      messages,
      ...Object.fromEntries(Array.from({ length: members - 2 }, (_, nth) => [`f${nth}`, 1])),
    });
    expect(transform(body(100))).toEqual(body(100));
    expect(transform(body(101))).toMatchObject({
      status: 400,
      code: 'invalid_request',
      message: 'the body has 101 members; at most 100 are taken',
    });
  });

  it.each([
    [{}, 'model', 'model must be a string'],
    [{ model: 'gpt' }, 'messages', 'messages must be a list of at least one message'],
    [
      { model: 'gpt', messages, temperature: 3 },
      'temperature',
      'temperature must be a number from 0 to 2',
    ],
    [{ model: 'gpt', messages: [{}], stream: 1 }, 'stream', 'stream must be true or false'],
    [
      { model: 'gpt', messages: [{ role: 'user' }] },
      'messages[0].content',
      'messages[0].content is missing',
    ],
  ])('refuses %j, naming %s', (body, param, message) => {
    expect(transform(body)).toMatchObject({ status: 400, code: 'invalid_request', param, message });
  });

  it('takes any JSON, or refuses it by naming a member that it knows, and repeats nothing', () => {
    const secret = 'Zq7';
    const json = fc.jsonValue({ maxDepth: 4 });
    const word = fc.oneof(json, fc.constant(secret), fc.constantFrom(null, 1, true));
    const message = fc.record({
      role: fc.oneof(fc.constantFrom('user', 'assistant', 'tool'), word),
      content: fc.oneof(fc.constant('hi'), word),
    });
    const likely = fc.record(
      {
        model: fc.oneof(fc.constant('gpt'), word),
        messages: fc.oneof(fc.array(message, { minLength: 1 }), word),
        stream: word,
        stream_options: word,
        max_tokens: word,
        temperature: word,
        top_p: word,
        seed: word,
        tools: word,
        response_format: word,
        user: word,
        stop: fc.oneof(word, fc.array(word)),
        [secret]: word,
      },
      { requiredKeys: ['model', 'messages'] },
    );
    fc.assert(
      fc.property(fc.oneof(json, likely), (body) => {
        const before = JSON.stringify(body);
        const result = transform(body);
        expect(JSON.stringify(body)).toBe(before);
        if (result === body) return;
        expect(result).toBeInstanceOf(ApiError);
        const { status, code, param, message } = result as ApiError;
        expect([status, code]).toEqual([400, 'invalid_request']);
        expect(message).not.toContain(secret);
        if (typeof body === 'object' && body !== null && !Array.isArray(body)) {
          expect(message.startsWith(String(param))).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});
