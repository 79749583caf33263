import { Global, Module, type DynamicModule } from '@nestjs/common';
import { TracingConfig } from '../config/tracing-config.ts';
import { Drain } from './drain.ts';
import { HealthController } from './health.controller.ts';
import { Log } from './log.ts';
import { Metrics } from './metrics.ts';
import { MetricsController } from './metrics.controller.ts';
import { ReadinessDetail } from './readiness-detail.ts';
import { Readiness } from './readiness.ts';
import { openTracing } from './tracing/open-tracing.ts';
import { Tracing } from './tracing/tracing.ts';

@Global()
@Module({})
export class ObservabilityModule {
  /** `version` is of this gateway. */
  static with(log: Log, version: string): DynamicModule {
    return {
      module: ObservabilityModule,
      controllers: [HealthController, MetricsController],
      providers: [
        Drain,
        Metrics,
        Readiness,
        ReadinessDetail,
        { provide: Log, useValue: log },
        {
          provide: Tracing,
          inject: [TracingConfig],
          useFactory: (config: TracingConfig) => openTracing(config, version, log),
        },
      ],
      exports: [Drain, Log, Metrics, Readiness, ReadinessDetail, Tracing],
    };
  }
}
