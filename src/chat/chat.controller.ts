import { Body, Controller, HttpCode, Post, Req, UseGuards, UseInterceptors } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { ApiKeyGuard } from '../guards/api-key.guard.ts';
import { BalanceCutoffGuard } from '../guards/balance-cutoff.guard.ts';
import { BudgetGuard } from '../guards/budget.guard.ts';
import { IpThrottlerGuard } from '../guards/ip-throttler.guard.ts';
import { MessageCostGuard } from '../guards/message-cost.guard.ts';
import { ModelAccessGuard } from '../guards/model-access.guard.ts';
import type { ChatAnswer } from './chat-answer.ts';
import { ChatService } from './chat.service.ts';
import { FooterInterceptor } from './footer/footer.interceptor.ts';
import { ReplyInterceptor } from './reply/reply.interceptor.ts';
import { ChatBodyPipe } from './request/chat-body.pipe.ts';
import type { ChatRequest } from './request/chat-request.ts';

/** The way of a request, in this order: guards, then interceptors from the outside in. */
@Controller('v1/chat')
export class ChatController {
  constructor(private readonly chat: ChatService) {}

  @Post('completions')
  @HttpCode(200)
  @UseGuards(
    IpThrottlerGuard,
    ApiKeyGuard,
    ModelAccessGuard,
    BalanceCutoffGuard,
    MessageCostGuard,
    BudgetGuard,
  )
  @UseInterceptors(ReplyInterceptor, FooterInterceptor)
  complete(
    @Body(ChatBodyPipe) request: ChatRequest,
    @Req() http: FastifyRequest,
  ): Observable<ChatAnswer> {
    return this.chat.complete(request, http);
  }
}
