import fc from 'fast-check';
import { expect } from 'vitest';
import { mutated } from '../byte-edit.ts';
import { madeStream } from '../made-stream.ts';
import { readAnswer } from '../read-answer.ts';
import { cuts, cutUp, shown } from '../shown.ts';
import type { FuzzTarget } from '../target.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

/** A frame is a completion, but for the name of what was said. */
const made = madeStream.map((text) => {
  const [, frame = ''] = /^data: (.*choices.*)$/m.exec(text) ?? [];
  return Buffer.from(frame.replaceAll('"delta"', '"message"'));
});

export const completionTarget: FuzzTarget = {
  name: 'completion',
  property: ({ completions }) =>
    fc.property(shown(fc.oneof(mutated(completions), made)), cuts, ({ bytes }, where) => {
      const whole = readAnswer(200, JSON_TYPE, [bytes]);
      expect(readAnswer(200, JSON_TYPE, cutUp(bytes, where))).toEqual(whole);
      if (whole.error === undefined) expect(whole.finishReasons).toHaveLength(1);
    }),
};
