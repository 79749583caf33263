import { Module } from '@nestjs/common';
import { PoeDispatcher } from './poe-dispatcher.ts';

/** A module of its own, so that chat and the HTTP client share one pool. */
@Module({ providers: [PoeDispatcher], exports: [PoeDispatcher] })
export class PoeConnectionModule {}
