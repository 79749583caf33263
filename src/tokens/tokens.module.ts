import { Module } from '@nestjs/common';
import { CountingThread } from './counting-thread.ts';
import { TokenCounter } from './token-counter.service.ts';

@Module({
  providers: [TokenCounter, { provide: CountingThread, useFactory: () => new CountingThread() }],
  exports: [TokenCounter],
})
export class TokensModule {}
