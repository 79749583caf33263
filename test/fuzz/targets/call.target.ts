import fc from 'fast-check';
import type { Dispatcher } from 'undici';
import { expect } from 'vitest';
import type { RegisteredModel } from '../../../src/models/registered-model.ts';
import type { ChatChunk } from '../../../src/chat/chat-chunk.ts';
import { CallHandler } from '../../../src/chat/upstream/call-handler.ts';
import { FlowGate } from '../../../src/chat/upstream/flow-gate.ts';
import type { UpstreamCall } from '../../../src/chat/upstream/upstream-call.ts';
import { UpstreamError } from '../../../src/chat/upstream/upstream-error.ts';
import { mutated } from '../byte-edit.ts';
import { expectChunk } from '../expect/expect-chunk.ts';
import { madeStream } from '../made-stream.ts';
import { cuts, cutUp, shown } from '../shown.ts';
import type { FuzzTarget } from '../target.ts';

const made = madeStream.map((text) => Buffer.from(text));

type Ending = 'end' | 'error' | 'abort';

/** One call from its headers to its end: told once how it went, and never well by mistake. */
export const callTarget: FuzzTarget = {
  name: 'call',
  property: ({ streams, completions, errors }) => {
    const answers = [...streams, ...completions, ...errors.map(({ body }) => body)];
    const status = fc.oneof(
      { weight: 9, arbitrary: fc.constant(200) },
      { weight: 1, arbitrary: fc.integer({ min: 201, max: 599 }) },
    );
    return fc.property(
      shown(fc.oneof(mutated(answers), made)),
      cuts,
      status,
      fc.constantFrom('text/event-stream', 'application/json', 'text/html', ''),
      fc.constantFrom<Ending>('end', 'error', 'abort'),
      ({ bytes }, where, code, type, ending) => {
        const chunks: ChatChunk[] = [];
        const settled: (UpstreamError | undefined)[] = [];
        let late = 0;
        const call: UpstreamCall = {
          model: { name: 'GPT' } as RegisteredModel,
          key: { name: 'default', account: 'default', secret: 'a-key' },
          sentAt: 0,
          clockOffsetMs: 0,
          contentLength: 0,
        };
        const patience = { connectMs: 0, headersMs: 0 };
        const handler = new CallHandler(call, new FlowGate(), patience, {
          // What is thrown in here would pass for a fault of the answer.
          next: (chunk) => {
            chunks.push(chunk);
            late += settled.length;
          },
          skipped: () => undefined,
          settle: (error) => settled.push(error),
        });
        play(handler, code, type, cutUp(bytes, where), ending);
        chunks.forEach(expectChunk);
        expect(late).toBe(0);
        expect(settled.length).toBeLessThanOrEqual(1);
        if (ending !== 'abort') expect(settled).toHaveLength(1);
        const [error] = settled;
        if (error) expect(error).toBeInstanceOf(UpstreamError);
        else if (settled.length > 0) {
          const finishes = chunks.some(({ finishReason }) => finishReason !== null);
          expect(finishes || bytes.includes('[DONE]')).toBe(true);
        }
        expect(Number.isSafeInteger(call.contentLength) && call.contentLength >= 0).toBe(true);
        for (const count of Object.values(call.usage ?? {})) {
          expect(Number.isSafeInteger(count) && count >= 0).toBe(true);
        }
      },
    );
  },
};

function play(
  handler: CallHandler,
  status: number,
  type: string,
  pieces: readonly Buffer[],
  ending: Ending,
): void {
  const controller = {
    pause: () => undefined,
    resume: () => undefined,
    abort: () => undefined,
  } as unknown as Dispatcher.DispatchController;
  handler.onRequestStart(controller);
  handler.onResponseStart(controller, status, { 'content-type': type });
  for (const piece of pieces) handler.onResponseData(controller, piece);
  if (ending === 'end') handler.onResponseEnd();
  if (ending === 'error') handler.onResponseError(controller, new Error('other side closed'));
  // Ends its timers in any case.
  handler.abort();
}
