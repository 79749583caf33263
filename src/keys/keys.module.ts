import { Module } from '@nestjs/common';
import { ModelsModule } from '../models/models.module.ts';
import { StoreModule } from '../store/store.module.ts';
import { AuditLog } from './audit-log.service.ts';
import { AuditedChanges } from './audited-changes.service.ts';
import { BudgetAdmin } from './budget-admin.service.ts';
import { KeyAdmin } from './key-admin.service.ts';
import { KeyRing } from './key-ring.ts';
import { KeysDatabaseService } from './keys-database.service.ts';
import { KeysFileService } from './keys-file.service.ts';
import { TeamAdmin } from './team-admin.service.ts';

@Module({
  imports: [ModelsModule, StoreModule],
  providers: [
    KeyRing,
    KeysFileService,
    KeysDatabaseService,
    AuditedChanges,
    TeamAdmin,
    KeyAdmin,
    BudgetAdmin,
    AuditLog,
  ],
  exports: [KeyRing, TeamAdmin, KeyAdmin, BudgetAdmin, AuditLog],
})
export class KeysModule {}
