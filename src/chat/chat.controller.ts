import { Body, Controller, HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiKeyGuard } from '../guards/api-key.guard.ts';
import { BalanceCutoffGuard } from '../guards/balance-cutoff.guard.ts';
import { BudgetGuard } from '../guards/budget.guard.ts';
import { IpThrottlerGuard } from '../guards/ip-throttler.guard.ts';
import { MessageCostGuard } from '../guards/message-cost.guard.ts';
import { ModelAccessGuard } from '../guards/model-access.guard.ts';
import { Documented } from '../openapi/operation.ts';
import { CHAT_REPLY, CHAT_REQUEST } from './api-schemas.ts';
import { ChatService } from './chat.service.ts';
import { FooterService } from './footer/footer.service.ts';
import { ReplyService } from './reply/reply.service.ts';
import { ChatBodyPipe } from './request/chat-body.pipe.ts';
import type { ChatRequest } from './request/chat-request.ts';

/** The way of a request: guards in this order, its answer, the footer under it, the wire. */
@Controller('v1/chat')
export class ChatController {
  constructor(
    private readonly chat: ChatService,
    private readonly footer: FooterService,
    private readonly reply: ReplyService,
  ) {}

  @Post('completions')
  @HttpCode(200)
  @Documented({ summary: 'Answers a conversation', body: CHAT_REQUEST, reply: CHAT_REPLY })
  @UseGuards(
    IpThrottlerGuard,
    ApiKeyGuard,
    ModelAccessGuard,
    BalanceCutoffGuard,
    MessageCostGuard,
    BudgetGuard,
  )
  complete(
    @Body(ChatBodyPipe) request: ChatRequest,
    @Req() http: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    const answer = this.chat.complete(request, http);
    return this.reply.toBody(this.footer.under(answer, http.headers['x-poe-proxy-footer']), reply);
  }
}
