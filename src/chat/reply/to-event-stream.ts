import { StreamableFile } from '@nestjs/common';
import { Observable, Subscription } from 'rxjs';
import type { StreamConfig } from '../../config/config.ts';
import type { ApiError } from '../../errors/api-error.ts';
import type { ChatChunk } from '../chat-chunk.ts';
import type { FlowGate } from '../upstream/flow-gate.ts';
import { EventStreamBody } from './event-stream-body.ts';
import { DONE, PING, type FrameWriter } from './frame-writer.ts';
import { Heartbeat } from './heartbeat.ts';
import type { WaitingBytes } from './waiting-bytes.ts';

interface Options {
  readonly writer: FrameWriter;
  readonly gate: FlowGate;
  readonly waiting: WaitingBytes;
  readonly heartbeat: StreamConfig;
  readonly toApiError: (error: unknown) => ApiError;
  /** Just before the body comes. */
  readonly onOpen: () => void;
  /** The stream is over: `error` unless it ended cleanly. */
  readonly onClose: (error: Error | null) => void;
}

/**
 * Chunks as one HTTP body. The body comes with the first frame, be it content or a heartbeat: a
 * failure before it is an error of this Observable and gets a real status, a failure after it is a
 * frame and no `[DONE]`. From the first frame on the body owns the subscription to the chunks.
 */
export function toEventStream(
  chunks$: Observable<ChatChunk>,
  { writer, gate, waiting, heartbeat, toApiError, onOpen, onClose }: Options,
): Observable<StreamableFile> {
  return new Observable((reply) => {
    const production = new Subscription();
    let body: EventStreamBody | undefined;
    const opened = () => {
      if (body) return body;
      body = new EventStreamBody(gate, waiting, (error) => {
        production.unsubscribe();
        onClose(error);
      });
      const file = new StreamableFile(body, { type: 'text/event-stream; charset=utf-8' });
      // The failure has been logged with its request.
      file.setErrorLogger(() => undefined);
      onOpen();
      reply.next(file);
      reply.complete();
      return body;
    };
    const beat = new Heartbeat(heartbeat, () => {
      opened().send(heartbeat.heartbeatStyle === 'chunk' ? writer.emptyChunk() : PING);
    });
    production.add(() => {
      beat.stop();
    });
    production.add(
      chunks$.subscribe({
        next: (chunk) => {
          opened().send(writer.chunk(chunk));
          beat.sent();
        },
        error: (error: unknown) => {
          beat.stop();
          const shown = toApiError(error);
          if (body) body.fail(writer.error(shown), shown);
          else reply.error(shown);
        },
        complete: () => {
          beat.stop();
          const open = opened();
          open.send(DONE);
          open.finish();
        },
      }),
    );
    return () => {
      if (!body) production.unsubscribe();
    };
  });
}
