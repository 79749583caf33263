import fc from 'fast-check';
import { expect } from 'vitest';
import { mutated } from '../byte-edit.ts';
import { readAnswer } from '../read-answer.ts';
import { cuts, cutUp, shown } from '../shown.ts';
import type { FuzzTarget } from '../target.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

/** The body of an error says the same however it comes, also one that is too long. */
export const errorBodyTarget: FuzzTarget = {
  name: 'error-body',
  property: ({ errors }) =>
    fc.property(
      shown(mutated(errors.map(({ body }) => body))),
      cuts,
      fc.integer({ min: 300, max: 999 }),
      fc.constantFrom(0, 64 * 1024),
      ({ bytes: said }, where, status, padding) => {
        const bytes = Buffer.concat([said, Buffer.alloc(padding, ' ')]);
        const whole = readAnswer(status, JSON_TYPE, [bytes]);
        expect(whole.error).toMatchObject({ kind: 'status', status });
        expect(readAnswer(status, JSON_TYPE, cutUp(bytes, where))).toEqual(whole);
      },
    ),
};
