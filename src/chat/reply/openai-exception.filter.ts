import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ServerConfig, SpendingConfig } from '../../config/config.ts';
import { maskKeyTexts } from '../../config/mask-key-texts.ts';
import type { ApiError } from '../../errors/api-error.ts';
import { catalogue } from '../../errors/catalogue.ts';
import { Paused } from '../../errors/paused.ts';
import { toApiError } from '../../errors/to-api-error.ts';
import { wantsStream } from '../../guards/wants-stream.ts';
import { ModelsFileService } from '../../models/models-file.service.ts';
import { Log } from '../../observability/log.ts';
import { isJsonFormat } from '../exchange.ts';
import { pausedReply } from './paused-reply.ts';
import { STREAM_HEADERS } from './stream-headers.ts';

/**
 * Everything that is thrown comes here: guards, pipes, handlers, unknown routes, broken bodies.
 * Answers in OpenAI's envelope, and the paused case with an ordinary message.
 */
@Catch()
export class OpenAiExceptionFilter implements ExceptionFilter {
  constructor(
    private readonly models: ModelsFileService,
    private readonly spending: SpendingConfig,
    private readonly server: ServerConfig,
    private readonly log: Log,
  ) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (reply.raw.destroyed) return;
    if (reply.raw.headersSent) {
      // An end would look like success.
      reply.raw.destroy();
      return;
    }
    if (exception instanceof Paused) request.facts.outcome = 'paused';
    if (exception instanceof Paused && !this.#pausesWithError(request.body)) {
      this.#sendPaused(exception.message, request, reply);
    } else {
      this.#sendError(this.#toApiError(exception, request), request, reply);
    }
  }

  #pausesWithError(body: unknown): boolean {
    const { pausedAs } = this.spending;
    return pausedAs === 'error' || (pausedAs === 'auto' && isJsonFormat(body));
  }

  #sendPaused(text: string, request: FastifyRequest, reply: FastifyReply): void {
    const { body, headers, facts } = request;
    const { model, stream_options: options } = (body ?? {}) as {
      model?: unknown;
      stream_options?: { include_usage?: unknown } | null;
    };
    const stream = wantsStream(body, headers.accept, this.models.registry);
    facts.stream = stream;
    const includeUsage = options?.include_usage === true;
    const form = { stream, includeUsage };
    void reply
      .code(200)
      .headers({
        'x-poe-proxy-paused': 'balance',
        'content-type': `${stream ? 'text/event-stream' : 'application/json'}; charset=utf-8`,
        ...(stream && STREAM_HEADERS),
      })
      .send(pausedReply(text, typeof model === 'string' ? model : '', form));
  }

  #toApiError(exception: unknown, { method, url }: FastifyRequest): ApiError {
    if (exception instanceof Paused) return catalogue.paused(exception.message);
    const path = url.split('?', 1)[0] ?? url;
    const { bodyLimitBytes } = this.server;
    return toApiError(exception, { method, path, bodyLimitBytes });
  }

  #sendError(error: ApiError, request: FastifyRequest, reply: FastifyReply): void {
    request.facts.failWith(error);
    if (error.code === 'internal_error') {
      this.log.error({ err: error.cause, request_id: request.facts.id }, 'request failed');
    }
    void reply
      .code(error.status)
      .headers({ ...error.headers, 'content-type': 'application/json; charset=utf-8' })
      // Some of them quote what was sent, and a key may stand in any place.
      .send(maskKeyTexts(JSON.stringify(error.toEnvelope())));
  }
}
