import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { catchError } from 'rxjs';
import { addressOf } from '../guards/address-limit.ts';
import { wantsStream } from '../guards/wants-stream.ts';
import { KeyRing } from '../keys/key-ring.ts';
import { ModelsFileService } from '../models/models-file.service.ts';
import type { RegisteredModel } from '../models/registered-model.ts';
import { billedMembers } from '../tokens/read-billed.ts';
import { TokenCounter } from '../tokens/token-counter.service.ts';
import { ChatAnswer } from './chat-answer.ts';
import { clipConversation } from './clip/clip-conversation.ts';
import { Exchange } from './exchange.ts';
import { stripFooters } from './footer/strip-footer.ts';
import { modelNotFound } from './model-not-found.ts';
import type { ChatRequest } from './request/chat-request.ts';
import { RouterService } from './routing/router.service.ts';
import { buildBody } from './upstream/build-body.ts';
import type { Body } from './upstream/request-fields.ts';
import { toClientError } from './upstream/to-client-error.ts';
import { UpstreamError } from './upstream/upstream-error.ts';

/** From a validated request to the chunks of its answer. */
@Injectable()
export class ChatService {
  constructor(
    private readonly models: ModelsFileService,
    private readonly tokens: TokenCounter,
    private readonly router: RouterService,
    private readonly keys: KeyRing,
  ) {}

  /**
   * An answer whose chunks come when they are subscribed to. Unsubscribing stops all work, at Poe too.
   * @throws ApiError 404 for a model that is not in models.yaml
   */
  complete(request: ChatRequest, http: FastifyRequest): ChatAnswer {
    const exchange = this.#begin(request, http);
    const prepare = (model: RegisteredModel) => this.#prepare(exchange, model);
    const chunks$ = this.router.run(exchange, prepare).pipe(
      catchError((error: unknown) => {
        exchange.facts.stopWaiting();
        throw error instanceof UpstreamError ? toClientError(error, this.keys.isOpen) : error;
      }),
    );
    return new ChatAnswer(exchange, chunks$);
  }

  #begin(request: ChatRequest, http: FastifyRequest): Exchange {
    const { facts, admission, headers } = http;
    facts.guards?.end();
    const { registry } = this.models;
    const model = registry.find(request.model);
    if (!admission) throw new Error('the guards have not run');
    if (!model) throw modelNotFound(request.model, registry, admission.caller);
    const stream = wantsStream(request, headers.accept, registry);
    facts.asked = model.name;
    facts.model = model.name;
    facts.stream = stream;
    const retries = retriesOf(headers['x-stainless-retry-count']);
    const address = addressOf(http);
    return new Exchange(request, model, registry, stream, retries, facts, admission, address);
  }

  async #prepare({ request, facts, stream }: Exchange, model: RegisteredModel): Promise<Body> {
    const messages = stripFooters(request.messages);
    const cap = model.contextCap ?? Infinity;
    const others = billedMembers(request);
    const span = facts.trace?.start('clip', { 'gen_ai.request.model': model.name });
    // Unsubscribing from a promise stops nothing by itself.
    const isOver = () => facts.isOver;
    const clipped = await clipConversation(messages, others, cap, this.tokens, isOver);
    facts.clippedMessages = clipped.dropped;
    span?.end({ 'poe_proxy.clipped_messages': clipped.dropped });
    // Pictures, films and sound come whole: a stream of them would carry leftovers of progress bars.
    return buildBody(request, model, clipped.messages, stream && model.modality === 'text');
  }
}

const WHOLE_NUMBER = /^\d{1,3}$/;

/** How often an SDK says that it has repeated the request; anything odd counts as not at all. */
function retriesOf(header: unknown): number {
  return typeof header === 'string' && WHOLE_NUMBER.test(header) ? Number(header) : 0;
}
