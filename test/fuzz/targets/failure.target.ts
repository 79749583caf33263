import fc from 'fast-check';
import { expect } from 'vitest';
import { readFailure, readFrameFailure } from '../../../src/chat/upstream/read-failure.ts';
import { toClientError } from '../../../src/chat/upstream/to-client-error.ts';
import type { UpstreamError } from '../../../src/chat/upstream/upstream-error.ts';
import { mutated } from '../byte-edit.ts';
import type { Corpus } from '../corpus.ts';
import { expectApiError } from '../expect/expect-api-error.ts';
import { CANARY } from '../hostile-literals.ts';
import type { FuzzTarget } from '../target.ts';

/** In the forms in which upstreams repeat what they were sent. */
const SECRETS = [
  `Bearer ${CANARY}`,
  `bearer  ${CANARY}`,
  `"Authorization": "Bearer ${CANARY}"`,
  `sk-${CANARY}`,
  `sk-ant-api03-${CANARY}`,
  `sk-proj-${CANARY}`,
  `req_${CANARY}`,
  `req-${CANARY}`,
  `(request id: ${CANARY})`,
  `Request-ID: ${CANARY}`,
  `"request_id":"${CANARY}"`,
];

const RETRY_AFTER = [
  ...['', ' ', '0', '-5', '1.5', '1e3', '1e25', '9'.repeat(400), '0x10', 'Infinity', 'NaN', 'soon'],
  ...[
    'Wed, 21 Oct 2015 07:28:00 GMT',
    'Fri, 31 Dec 9999 23:59:59 GMT',
    '+275760-09-13',
    '2026-13-45',
  ],
  ...['1, 2', '1\r\nx: y', '\u0000', 'é'],
];

export const failureTarget: FuzzTarget = {
  name: 'failure',
  property: (corpus) =>
    fc.property(
      status(corpus),
      retryAfter(),
      fc.oneof(errorBody(), mutatedBody(corpus)),
      (code, header, body) => {
        const headers = header === undefined ? {} : { 'retry-after': header };
        expectShowable(readFailure(code, headers, body));
        expectShowable(readFrameFailure(parse(body)));
        expectShowable(readFrameFailure({ error: body }));
      },
    ),
};

function expectShowable(error: UpstreamError): void {
  expect(error.message.trim()).not.toBe('');
  expect(error.message.isWellFormed()).toBe(true);
  for (const isOpen of [true, false]) {
    const shown = toClientError(error, isOpen);
    expectApiError(shown);
    expect(JSON.stringify([shown.toEnvelope(), shown.headers])).not.toContain(CANARY);
  }
}

function status({ errors }: Corpus): fc.Arbitrary<number> {
  return fc.oneof(
    fc.constantFrom(...new Set(errors.map((error) => error.status))),
    fc.integer({ min: 100, max: 999 }),
  );
}

function retryAfter() {
  const one = fc.oneof(fc.constantFrom(...RETRY_AFTER), fc.string(), fc.double().map(String));
  return fc.option(fc.oneof(one, fc.array(one, { maxLength: 2 })), { nil: undefined });
}

/** Mutations may destroy what marks a secret as one, so theirs have none. */
function mutatedBody({ errors }: Corpus): fc.Arbitrary<string> {
  return mutated(errors.map(({ body }) => body)).map((bytes) =>
    bytes.toString('utf8').replaceAll(CANARY, 'canary'),
  );
}

/** Error bodies in all the shapes there are, with secrets in all places that are passed on. */
function errorBody(): fc.Arbitrary<string> {
  const word = fc.constantFrom(
    'api_error',
    'invalid_request_error',
    'temperature',
    '400',
    '529',
    '',
  );
  const secret = fc.constantFrom(...SECRETS);
  const filler = fc.oneof(fc.constantFrom('', ' ', '.', '\n', 'x'.repeat(995)), fc.string());
  const sentence = fc
    .tuple(filler, secret, fc.constantFrom('', ' ', '.', ',', '"', ')'))
    .map(([before, told, after]) => `${before} ${told}${after}`);
  const code = fc.oneof(fc.double(), fc.constantFrom(402, 450.5, '450.5', '0x190', 599.99));
  const value = fc.oneof(word, sentence, secret, fc.jsonValue({ maxDepth: 1 }), code);
  const members = fc.record(
    { message: value, type: value, code: value, param: value, metadata: value },
    { requiredKeys: [] },
  );
  return fc.oneof(
    members.map((error) => JSON.stringify({ error })),
    members.map((error) => JSON.stringify(error)),
    fc
      .tuple(fc.constantFrom('', 'litellm.BadRequestError: ', 'AnthropicException - '), members)
      .map(([prefix, error]) =>
        JSON.stringify({ error: { message: prefix + JSON.stringify({ error }) } }),
      ),
    sentence.map((error) => JSON.stringify({ error })),
    sentence,
  );
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
