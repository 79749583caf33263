import { Module } from '@nestjs/common';
import { KeyRing } from './key-ring.ts';
import { KeysFileService } from './keys-file.service.ts';

@Module({ providers: [KeyRing, KeysFileService], exports: [KeyRing] })
export class KeysModule {}
