import {
  Catch,
  Controller,
  Get,
  UseGuards,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { ThrottlerModule } from '@nestjs/throttler';
import type { FastifyReply } from 'fastify';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { RateLimitConfig } from '../config/config.ts';
import { ConfigModule } from '../config/config.module.ts';
import { loadConfig } from '../config/load-config.ts';
import { toApiError } from '../errors/to-api-error.ts';
import { IpThrottlerGuard } from './ip-throttler.guard.ts';
import { throttlerOptions } from './throttler-options.ts';

@Controller()
@UseGuards(IpThrottlerGuard)
class Routes {
  @Get('one')
  one(): string {
    return 'one';
  }

  @Get('two')
  two(): string {
    return 'two';
  }
}

@Catch()
class Filter implements ExceptionFilter {
  catch(exception: unknown, host: ArgumentsHost): void {
    const error = toApiError(exception, { method: '', path: '', bodyLimitBytes: 0 });
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    void reply.code(error.status).headers(error.headers).send(error.toEnvelope());
  }
}

let app: NestFastifyApplication;

async function start(limit: number): Promise<void> {
  const module = await Test.createTestingModule({
    imports: [
      ConfigModule.with(loadConfig({ POE_API_KEY: 'a-key', RATE_LIMIT_REQUESTS: String(limit) })),
      ThrottlerModule.forRootAsync({ inject: [RateLimitConfig], useFactory: throttlerOptions }),
    ],
    controllers: [Routes],
  }).compile();
  app = module.createNestApplication<NestFastifyApplication>(
    new FastifyAdapter({ trustProxy: ['127.0.0.0/8'] }),
    { logger: false },
  );
  app.useGlobalFilters(new Filter());
  await app.init();
}

afterEach(async () => {
  vi.useRealTimers();
  await app.close();
});

type Visit = [address: string, url?: string, forwardedFor?: string];

const get = (...[address, url = '/one', forwardedFor]: Visit) =>
  app.inject({
    method: 'GET',
    url,
    remoteAddress: address,
    headers: forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor },
  });

describe('IpThrottlerGuard', () => {
  it('says in the headers of OpenAI what is left, and refuses what is too much', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    await start(2);
    expect((await get('192.0.2.1')).headers).toMatchObject({
      'x-ratelimit-limit-requests': '2',
      'x-ratelimit-remaining-requests': '1',
      'x-ratelimit-reset-requests': '60s',
    });
    expect((await get('192.0.2.1')).headers).toMatchObject({
      'x-ratelimit-remaining-requests': '0',
    });
    const refused = await get('192.0.2.1');
    expect(refused.statusCode).toBe(429);
    expect(refused.headers).toMatchObject({
      'x-ratelimit-limit-requests': '2',
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-requests': '60s',
      'retry-after': '60',
    });
    expect(refused.json()).toMatchObject({
      error: { type: 'rate_limit_error', code: 'rate_limit_exceeded' },
    });
  });

  it.each<[what: string, one: Visit, other?: Visit]>([
    ['routes of one client together', ['192.0.2.1', '/two']],
    ['addresses of one IPv6 /64 together', ['2001:db8:1:2:ffff::1'], ['2001:db8:1:2::9']],
    ['IPv4 and its form in IPv6 together', ['192.0.2.1'], ['::ffff:192.0.2.1']],
    ['clients of a trusted proxy by what it says', ['127.0.0.1', '/one', '192.0.2.1']],
    [
      'clients by the last address that is not a trusted proxy',
      ['127.0.0.1', '/one', '203.0.113.7, 192.0.2.1, 127.0.0.2'],
    ],
    [
      'connections of one client, where a proxy writes their ports,',
      ['127.0.0.1', '/one', '192.0.2.1:1024'],
      ['127.0.0.1', '/one', '192.0.2.1:1025'],
    ],
    [
      'connections over IPv6, where a proxy writes their ports,',
      ['127.0.0.1', '/one', '[2001:db8:1:2::1]:1024'],
      ['127.0.0.1', '/one', '[2001:db8:1:2::9]'],
    ],
    [
      'what is no address as the proxy that says it',
      ['127.0.0.1', '/one', 'unknown'],
      ['127.0.0.1'],
    ],
    [
      'what is almost an address as the proxy, too,',
      ['127.0.0.1', '/one', '[192.0.2.1]:x'],
      ['127.0.0.1', '/one', '192.0.2.256:80'],
    ],
  ])('counts %s', async (_, one, other = ['192.0.2.1']) => {
    await start(1);
    expect((await get(...one)).statusCode).toBe(200);
    expect((await get(...other)).statusCode).toBe(429);
  });

  it.each<[what: string, one: Visit, other: Visit]>([
    ['clients', ['192.0.2.1'], ['192.0.2.2']],
    ['IPv6 networks', ['2001:db8:1:2::1'], ['2001:db8:1:3::1']],
    [
      'clients of a trusted proxy',
      ['127.0.0.1', '/one', '192.0.2.1'],
      ['127.0.0.1', '/one', '192.0.2.2'],
    ],
    [
      'clients whose ports are alike',
      ['127.0.0.1', '/one', '192.0.2.1:80'],
      ['127.0.0.1', '/one', '192.0.2.2:80'],
    ],
    ['short IPv6 addresses', ['2001:db8::1:80'], ['2001:db9::1:80']],
  ])('counts two %s apart', async (_, one, other) => {
    await start(1);
    expect((await get(...one)).statusCode).toBe(200);
    expect((await get(...other)).statusCode).toBe(200);
  });

  it('does not believe what a client says of itself', async () => {
    await start(1);
    expect((await get('192.0.2.1', '/one', '203.0.113.1')).statusCode).toBe(200);
    expect((await get('192.0.2.1', '/one', '203.0.113.2')).statusCode).toBe(429);
  });

  it('is off when the limit is 0', async () => {
    await start(0);
    for (let nth = 0; nth < 3; nth++) {
      const reply = await get('192.0.2.1');
      expect(reply.statusCode).toBe(200);
      expect(reply.headers).not.toHaveProperty('x-ratelimit-limit-requests');
    }
  });
});
