import fc from 'fast-check';
import { expect } from 'vitest';
import { mutated } from '../byte-edit.ts';
import { madeStream } from '../made-stream.ts';
import { readAnswer } from '../read-answer.ts';
import { cuts, cutUp, shown } from '../shown.ts';
import type { FuzzTarget } from '../target.ts';

const made = madeStream.map((text) => Buffer.from(text));
const SSE = { 'content-type': 'text/event-stream' };

export const streamTarget: FuzzTarget = {
  name: 'stream',
  property: ({ streams }) =>
    fc.property(shown(fc.oneof(mutated(streams), made)), cuts, ({ bytes }, where) => {
      const whole = readAnswer(200, SSE, [bytes]);
      expect(readAnswer(200, SSE, cutUp(bytes, where))).toEqual(whole);
      const events = eventsOf(bytes);
      if (whole.isDone) expect(events).toContain('[DONE]');
      if (whole.finishReasons.length > 0) expect(events.join('\n')).toContain('finish_reason');
      if (whole.error === undefined) expect(whole.content).toBe(contentOf(events));
    }),
};

/** The data of all events up to `[DONE]`, by a parser that sees everything at once. */
function eventsOf(bytes: Buffer): string[] {
  const events: string[] = [];
  let data: string[] = [];
  const dispatch = () => {
    if (data.length > 0) events.push(data.join('\n'));
    data = [];
  };
  for (const line of new TextDecoder().decode(bytes).split(/\r\n|\r|\n/)) {
    if (line === '') dispatch();
    else if (line === 'data') data.push('');
    else if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''));
  }
  dispatch();
  const end = events.indexOf('[DONE]');
  return end === -1 ? events : events.slice(0, end + 1);
}

function contentOf(events: readonly string[]): string {
  return events
    .map((data) => {
      try {
        const { choices } = JSON.parse(data) as { choices: { delta: { content: unknown } }[] };
        const content = choices[0]?.delta.content;
        return typeof content === 'string' ? content : '';
      } catch {
        return '';
      }
    })
    .join('');
}
