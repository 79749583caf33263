import { Injectable, type StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Observable } from 'rxjs';
import { ServerConfig, StreamConfig } from '../../config/config.ts';
import { catalogue } from '../../errors/catalogue.ts';
import type { ApiError } from '../../errors/api-error.ts';
import { toApiError } from '../../errors/to-api-error.ts';
import { Drain } from '../../observability/drain.ts';
import { Metrics } from '../../observability/metrics.ts';
import type { Ended } from '../../observability/request-facts.ts';
import type { ChatAnswer } from '../chat-answer.ts';
import type { ChatChunk } from '../chat-chunk.ts';
import type { Exchange } from '../exchange.ts';
import { SettlementService } from '../settlement.service.ts';
import { CompletionCollector } from './completion-collector.ts';
import { dropUnlessFetched } from './drop-unless-fetched.ts';
import { SlowReader } from './event-stream-body.ts';
import { createHead, FrameWriter } from './frame-writer.ts';
import { onceClosed } from './once-closed.ts';
import { settleAtEnd } from './settle-at-end.ts';
import { STREAM_HEADERS } from './stream-headers.ts';
import { toEventStream } from './to-event-stream.ts';
import { WaitingBytes } from './waiting-bytes.ts';

/** nginx's word for a client that left before it got a status. */
const CLIENT_LEFT = 499;

/** The wire: makes SSE or one JSON object of an answer, and settles it once, however it ends. */
@Injectable()
export class ReplyService {
  constructor(
    private readonly settlement: SettlementService,
    private readonly waiting: WaitingBytes,
    private readonly drain: Drain,
    private readonly metrics: Metrics,
    private readonly config: StreamConfig,
    private readonly server: ServerConfig,
  ) {}

  /**
   * The body of the reply, an object or a stream. A client that leaves before it is there stops all
   * work for it; what is sent to nobody never comes then. A promise, because Nest puts six operators
   * around an Observable to the same end.
   */
  toBody(answer: ChatAnswer, reply: FastifyReply): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const subscription = this.#body(answer, reply).subscribe({ next: resolve, error: reject });
      const forget = onceClosed(reply.request.raw.socket, () => {
        subscription.unsubscribe();
      });
      subscription.add(forget);
    });
  }

  #body(answer: ChatAnswer, reply: FastifyReply): Observable<unknown> {
    const { exchange } = answer;
    const deadline = { expired$: this.drain.expired$, toError: catalogue.shuttingDown };
    const chunks$ = settleAtEnd(answer.chunks$, deadline, (outcome, error) => {
      this.settlement.settle(exchange, outcome, this.#statusOf(outcome, error, reply));
    });
    return exchange.stream
      ? this.#stream(answer, chunks$, reply)
      : this.#json(answer, chunks$, reply);
  }

  #json(
    { exchange }: ChatAnswer,
    chunks$: Observable<ChatChunk>,
    reply: FastifyReply,
  ): Observable<unknown> {
    return new Observable((subscriber) => {
      const collector = new CompletionCollector();
      return chunks$.subscribe({
        next: (chunk) => {
          collector.add(chunk);
        },
        error: (error: unknown) => {
          subscriber.error(error);
        },
        complete: () => {
          setOwnHeaders(reply, exchange);
          subscriber.next(collector.toCompletion(createHead(exchange)));
          subscriber.complete();
        },
      });
    });
  }

  /** Of the reply, which may be about to begin. */
  #statusOf(outcome: Ended, error: unknown, reply: FastifyReply): number {
    if (reply.raw.headersSent) return reply.raw.statusCode;
    if (outcome === 'completed') return 200;
    return outcome === 'failed' ? this.#toApiError(error, reply).status : CLIENT_LEFT;
  }

  #toApiError(error: unknown, { request }: FastifyReply): ApiError {
    const { bodyLimitBytes } = this.server;
    return toApiError(error, { method: request.method, path: request.url, bodyLimitBytes });
  }

  #heartbeatFor({ admission }: Exchange): StreamConfig {
    const { heartbeatMs, heartbeatStyle } = this.config;
    return { heartbeatMs, heartbeatStyle: admission.caller.heartbeat ?? heartbeatStyle };
  }

  #stream(
    { exchange }: ChatAnswer,
    chunks$: Observable<ChatChunk>,
    reply: FastifyReply,
  ): Observable<StreamableFile> {
    const { request, facts, gate } = exchange;
    const includeUsage = request.stream_options?.include_usage === true;
    return toEventStream(chunks$, {
      writer: new FrameWriter(createHead(exchange), includeUsage),
      gate,
      waiting: this.waiting,
      heartbeat: this.#heartbeatFor(exchange),
      toApiError: (error) => {
        const shown = this.#toApiError(error, reply);
        facts.failWith(shown);
        return shown;
      },
      onClose: (error) => {
        const reason = error instanceof SlowReader ? 'slow_reader' : facts.outcome;
        this.metrics.streamEnds.inc({ reason: reason ?? 'abandoned' });
        dropUnlessFetched(reply.raw);
      },
      onOpen: () => {
        setOwnHeaders(reply, exchange);
        void reply.headers(STREAM_HEADERS);
      },
    });
  }
}

/** To be called when the answer begins, which may be with a heartbeat. */
function setOwnHeaders(reply: FastifyReply, { facts, hasAnswered, model }: Exchange): void {
  if (facts.clippedMessages > 0) {
    void reply.header('x-poe-proxy-clipped-messages', facts.clippedMessages);
  }
  // A heartbeat goes out before anybody knows who will answer.
  if (hasAnswered) void reply.header('x-poe-proxy-model', model.name);
}
