import { HttpException } from '@nestjs/common';
import fc from 'fast-check';
import { expect } from 'vitest';
import { toApiError } from '../../../src/errors/to-api-error.ts';
import { expectApiError } from '../expect/expect-api-error.ts';
import { CANARY, hostileLiteral } from '../hostile-literals.ts';
import type { FuzzTarget } from '../target.ts';

const CODES = ['FST_ERR_CTP_INVALID_JSON_BODY', 'FST_ERR_CTP_BODY_TOO_LARGE', 'ECONNRESET', ''];

/** Whatever is thrown inside the gateway becomes an error that a client may see. */
export const thrownTarget: FuzzTarget = {
  name: 'thrown',
  property: () =>
    fc.property(thrown, fc.webPath(), (recipe, path) => {
      const shown = toApiError(make(recipe), { method: 'POST', path, bodyLimitBytes: 1024 });
      expectApiError(shown);
      expect(JSON.stringify(shown.toEnvelope())).not.toContain(CANARY);
    }),
};

interface Recipe {
  readonly as: 'itself' | 'error' | 'exception' | 'symbol' | 'nothing';
  /** JSON, since values may be nested too deep to be shown. */
  readonly members: string;
  readonly code: string;
  readonly statusCode: string;
  readonly status: number;
}

const status = fc
  .oneof(fc.integer({ min: -1, max: 1000 }), fc.double(), fc.constantFrom(404.5, 431.5))
  .map(String);
const thrown = fc.record<Recipe>({
  as: fc.constantFrom('itself', 'error', 'exception', 'symbol', 'nothing'),
  members: hostileLiteral,
  code: fc.oneof(fc.constantFrom(...CODES.map((code) => JSON.stringify(code))), hostileLiteral),
  statusCode: fc.oneof(status, hostileLiteral),
  status: fc.integer({ min: 100, max: 999 }),
});

function make({ as, members, code, statusCode, status }: Recipe): unknown {
  const said: unknown = JSON.parse(members);
  const facts = { code: JSON.parse(code) as unknown, statusCode: toValue(statusCode), cause: said };
  switch (as) {
    case 'itself':
      return said;
    case 'error':
      return Object.assign(new Error(CANARY), facts);
    case 'exception':
      return new HttpException(said as object, status, { cause: facts });
    case 'symbol':
      return Symbol(members);
    case 'nothing':
      return undefined;
  }
}

/** NaN and infinities are numbers too. */
function toValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return Number(text);
  }
}
