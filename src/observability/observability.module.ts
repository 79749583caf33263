import { Global, Module, type DynamicModule } from '@nestjs/common';
import { Drain } from './drain.ts';
import { HealthController } from './health.controller.ts';
import { Log } from './log.ts';
import { Metrics } from './metrics.ts';
import { MetricsController } from './metrics.controller.ts';
import { ReadinessDetail } from './readiness-detail.ts';
import { Readiness } from './readiness.ts';

@Global()
@Module({})
export class ObservabilityModule {
  static with(log: Log): DynamicModule {
    return {
      module: ObservabilityModule,
      controllers: [HealthController, MetricsController],
      providers: [Drain, Metrics, Readiness, ReadinessDetail, { provide: Log, useValue: log }],
      exports: [Drain, Log, Metrics, Readiness, ReadinessDetail],
    };
  }
}
