import { Global, Module, type DynamicModule, type Provider } from '@nestjs/common';
import { ConfigModule as NestConfigModule, ConfigService } from '@nestjs/config';
import {
  AdminConfig,
  AuthConfig,
  BudgetConfig,
  FooterConfig,
  KeysConfig,
  LogConfig,
  ModelsConfig,
  PacingConfig,
  PoeConfig,
  RateLimitConfig,
  RoutingConfig,
  ServerConfig,
  SpendingConfig,
  StoreConfig,
  StreamConfig,
  type Config,
} from './config.ts';
import { TracingConfig } from './tracing-config.ts';
import { ReconciliationConfig } from './reconciliation-config.ts';

const slice = (token: abstract new () => unknown, name: keyof Config): Provider => ({
  provide: token,
  inject: [ConfigService],
  useFactory: (config: ConfigService) => config.getOrThrow<unknown>(name),
});

const SLICES: Provider[] = [
  slice(ServerConfig, 'server'),
  slice(LogConfig, 'log'),
  slice(TracingConfig, 'tracing'),
  slice(ModelsConfig, 'models'),
  slice(PoeConfig, 'poe'),
  slice(PacingConfig, 'pacing'),
  slice(StoreConfig, 'store'),
  slice(BudgetConfig, 'budgets'),
  slice(ReconciliationConfig, 'reconciliation'),
  slice(RoutingConfig, 'routing'),
  slice(SpendingConfig, 'spending'),
  slice(FooterConfig, 'footer'),
  slice(StreamConfig, 'stream'),
  slice(RateLimitConfig, 'rateLimit'),
  slice(AuthConfig, 'auth'),
  slice(KeysConfig, 'keys'),
  slice(AdminConfig, 'admin'),
];

/** Hands out the slices of a configuration that was validated before Nest starts. */
@Global()
@Module({})
export class ConfigModule {
  static with(config: Config): DynamicModule {
    return {
      module: ConfigModule,
      imports: [
        NestConfigModule.forRoot({
          load: [() => ({ ...config })],
          ignoreEnvFile: true,
          skipProcessEnv: true,
        }),
      ],
      providers: SLICES,
      exports: SLICES,
    };
  }
}
