import { Module, type DynamicModule } from '@nestjs/common';
import { AboutController } from './about.controller.ts';
import { AdminModule } from './admin/admin.module.ts';
import { ChatModule } from './chat/chat.module.ts';
import type { Config } from './config/config.ts';
import { ConfigModule } from './config/config.module.ts';
import { ReconciliationModule } from './ledger/reconciliation/reconciliation.module.ts';
import { manifest } from './manifest.ts';
import type { Log } from './observability/log.ts';
import { ObservabilityModule } from './observability/observability.module.ts';
import { OpenApiModule } from './openapi/openapi.module.ts';
import { LoadShedder } from './server/load-shedder.ts';
import { ManagementServer } from './server/management-server.ts';

/** The whole gateway, for a configuration that has been validated. */
@Module({})
export class AppModule {
  static with(config: Config, log: Log): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.with(config),
        ObservabilityModule.with(log, manifest.version),
        ChatModule,
        ReconciliationModule,
        OpenApiModule,
        // What is not there cannot be reached.
        ...(config.admin.tokens.length > 0 ? [AdminModule] : []),
      ],
      controllers: [AboutController],
      providers: [LoadShedder, ManagementServer],
    };
  }
}
