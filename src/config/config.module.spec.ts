import { Inject, Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { Test } from '@nestjs/testing';
import { expect, it } from 'vitest';
import * as slices from './config.ts';
import { ConfigModule } from './config.module.ts';
import { loadConfig } from './load-config.ts';
import { TracingConfig } from './tracing-config.ts';

const config = loadConfig({ POE_API_KEY: 'a-key', PORT: '1234' });

it.each([
  [slices.ServerConfig, config.server],
  [slices.LogConfig, config.log],
  [TracingConfig, config.tracing],
  [slices.ModelsConfig, config.models],
  [slices.PoeConfig, config.poe],
  [slices.SpendingConfig, config.spending],
  [slices.FooterConfig, config.footer],
  [slices.StreamConfig, config.stream],
  [slices.RateLimitConfig, config.rateLimit],
  [slices.AuthConfig, config.auth],
])('provides %o', async (token, slice) => {
  const module = await Test.createTestingModule({ imports: [ConfigModule.with(config)] }).compile();
  expect(module.get(token)).toBe(slice);
});

it('injects a slice by the type of the parameter, everywhere', async () => {
  @Injectable()
  class Consumer {
    constructor(
      readonly byType: slices.ServerConfig,
      @Inject(slices.AuthConfig) readonly byToken: slices.AuthConfig,
    ) {}
  }
  const module = await Test.createTestingModule({
    imports: [ConfigModule.with(config)],
    providers: [Consumer],
  }).compile();
  const consumer = module.get(Consumer);
  expect(consumer.byType).toBe(config.server);
  expect(consumer.byToken).toBe(config.auth);
});

it('lets nobody reach past it into the environment', async () => {
  const module = await Test.createTestingModule({ imports: [ConfigModule.with(config)] }).compile();
  const service = module.get(ConfigService, { strict: false });
  expect(service.get('server')).toBe(config.server);
  expect(service.get('PATH')).toBeUndefined();
});
