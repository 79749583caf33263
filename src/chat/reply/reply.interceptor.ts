import {
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
  type StreamableFile,
} from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { map, reduce, switchMap, tap, type Observable } from 'rxjs';
import { ServerConfig, StreamConfig } from '../../config/config.ts';
import { catalogue } from '../../errors/catalogue.ts';
import { toApiError } from '../../errors/to-api-error.ts';
import { Drain } from '../../observability/drain.ts';
import { Metrics } from '../../observability/metrics.ts';
import type { ChatAnswer } from '../chat-answer.ts';
import type { ChatChunk } from '../chat-chunk.ts';
import type { Exchange } from '../exchange.ts';
import { SettlementService } from '../settlement.service.ts';
import { CompletionCollector } from './completion-collector.ts';
import { dropUnlessFetched } from './drop-unless-fetched.ts';
import { endWhen } from './end-when.ts';
import { SlowReader } from './event-stream-body.ts';
import { createHead, FrameWriter } from './frame-writer.ts';
import { STREAM_HEADERS } from './stream-headers.ts';
import { toEventStream } from './to-event-stream.ts';
import { WaitingBytes } from './waiting-bytes.ts';

/** The wire: makes SSE or one JSON object of an answer, and settles it once, however it ends. */
@Injectable()
export class ReplyInterceptor implements NestInterceptor<ChatAnswer> {
  constructor(
    private readonly settlement: SettlementService,
    private readonly waiting: WaitingBytes,
    private readonly drain: Drain,
    private readonly metrics: Metrics,
    private readonly config: StreamConfig,
    private readonly server: ServerConfig,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler<ChatAnswer>): Observable<unknown> {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(switchMap((answer) => this.#reply(answer, reply)));
  }

  #reply(answer: ChatAnswer, reply: FastifyReply): Observable<unknown> {
    const { exchange } = answer;
    const chunks$ = answer.chunks$.pipe(
      endWhen<ChatChunk>(this.drain.expired$, catalogue.shuttingDown),
      tap({
        complete: () => {
          this.settlement.settle(exchange, 'completed');
        },
        error: () => {
          this.settlement.settle(exchange, 'failed');
        },
        unsubscribe: () => {
          this.settlement.settle(exchange, 'abandoned');
        },
      }),
    );
    const reply$ = exchange.stream
      ? this.#stream(answer, chunks$, reply)
      : this.#json(answer, chunks$);
    return reply$.pipe(
      tap(() => {
        const clipped = exchange.facts.clippedMessages;
        if (clipped > 0) void reply.header('x-poe-proxy-clipped-messages', clipped);
        // A heartbeat goes out before anybody knows who will answer.
        if (exchange.hasAnswered) void reply.header('x-poe-proxy-model', exchange.model.name);
      }),
    );
  }

  #heartbeatFor({ admission }: Exchange): StreamConfig {
    const { heartbeatMs, heartbeatStyle } = this.config;
    return { heartbeatMs, heartbeatStyle: admission.caller.heartbeat ?? heartbeatStyle };
  }

  #json({ exchange }: ChatAnswer, chunks$: Observable<ChatChunk>): Observable<unknown> {
    return chunks$.pipe(
      reduce((collector, chunk) => {
        collector.add(chunk);
        return collector;
      }, new CompletionCollector()),
      map((collector) => collector.toCompletion(createHead(exchange))),
    );
  }

  #stream(
    { exchange }: ChatAnswer,
    chunks$: Observable<ChatChunk>,
    reply: FastifyReply,
  ): Observable<StreamableFile> {
    const { request, facts, gate } = exchange;
    const includeUsage = request.stream_options?.include_usage === true;
    const { method, url } = reply.request;
    return toEventStream(chunks$, {
      writer: new FrameWriter(createHead(exchange), includeUsage),
      gate,
      waiting: this.waiting,
      heartbeat: this.#heartbeatFor(exchange),
      toApiError: (error) => {
        const shown = toApiError(error, {
          method,
          path: url,
          bodyLimitBytes: this.server.bodyLimitBytes,
        });
        facts.errorCode = shown.code;
        return shown;
      },
      onClose: (error) => {
        const reason = error instanceof SlowReader ? 'slow_reader' : facts.outcome;
        this.metrics.streamEnds.inc({ reason: reason ?? 'abandoned' });
        dropUnlessFetched(reply.raw);
      },
    }).pipe(
      tap(() => {
        void reply.headers(STREAM_HEADERS);
      }),
    );
  }
}
