import { Module } from '@nestjs/common';
import { KeyRing } from './key-ring.ts';

@Module({ providers: [KeyRing], exports: [KeyRing] })
export class KeysModule {}
