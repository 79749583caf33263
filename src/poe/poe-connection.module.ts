import { Module } from '@nestjs/common';
import { PoeAccounts } from './poe-accounts.ts';
import { PoeDispatcher } from './poe-dispatcher.ts';

/** A module of its own, so that chat and the HTTP client share one pool and the same accounts. */
@Module({ providers: [PoeDispatcher, PoeAccounts], exports: [PoeDispatcher, PoeAccounts] })
export class PoeConnectionModule {}
