import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { GuardsModule } from '../guards/guards.module.ts';
import { RequestsLedgerModule } from '../ledger/requests-ledger.module.ts';
import { PoeModule } from '../poe/poe.module.ts';
import { TurnsModule } from '../poe/turns/turns.module.ts';
import { ChatController } from './chat.controller.ts';
import { ChatService } from './chat.service.ts';
import { FooterService } from './footer/footer.service.ts';
import { ModelsController } from './models.controller.ts';
import { OpenAiExceptionFilter } from './reply/openai-exception.filter.ts';
import { ReplyService } from './reply/reply.service.ts';
import { WaitingBytes } from './reply/waiting-bytes.ts';
import { AbandonedCalls } from './routing/abandoned-calls.service.ts';
import { AttemptsService } from './routing/attempts.service.ts';
import { Breakers } from './routing/breakers.service.ts';
import { CallService } from './routing/call.service.ts';
import { RetryBudget } from './routing/retry-budget.service.ts';
import { RouterService } from './routing/router.service.ts';
import { SettlementService } from './settlement.service.ts';
import { PoeClient } from './upstream/poe-client.ts';
import { RepairMemory } from './upstream/repair-memory.ts';
import { UsageController } from './usage.controller.ts';

@Module({
  imports: [GuardsModule, PoeModule, RequestsLedgerModule, TurnsModule],
  controllers: [ChatController, ModelsController, UsageController],
  providers: [
    ChatService,
    FooterService,
    ReplyService,
    SettlementService,
    RouterService,
    AttemptsService,
    CallService,
    AbandonedCalls,
    Breakers,
    RetryBudget,
    PoeClient,
    RepairMemory,
    WaitingBytes,
    { provide: APP_FILTER, useClass: OpenAiExceptionFilter },
  ],
})
export class ChatModule {}
