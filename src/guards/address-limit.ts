import { Inject, Injectable } from '@nestjs/common';
import { normalizeIp, ThrottlerStorage } from '@nestjs/throttler';
import type { FastifyRequest } from 'fastify';
import { RateLimitConfig } from '../config/config.ts';
import type { ApiError } from '../errors/api-error.ts';
import { catalogue } from '../errors/catalogue.ts';
import type { BoundedThrottlerStorage } from './bounded-throttler-storage.ts';

/** A proxy that is not trusted may put anything into the address; it is a key in memory. */
const LONGEST_ADDRESS = 64;
const IPV6_PREFIX = 64;
/** `1.2.3.4:567`, `[2001:db8::1]:567` and `[2001:db8::1]`. */
const WITH_PORT = /^(?:(\d+(?:\.\d+){3}):\d+|\[([^\]]+)\](?::\d+)?)$/;

/**
 * What one client counts as: its address, IPv6 by /64. Some proxies (Azure Application Gateway)
 * write the port too, which is another one for each connection.
 */
export function addressOf({ ip }: Pick<FastifyRequest, 'ip'>): string {
  const [, v4, v6] = WITH_PORT.exec(ip.slice(0, 2 * LONGEST_ADDRESS)) ?? [];
  return normalizeIp(v4 ?? v6 ?? ip, IPV6_PREFIX).slice(0, LONGEST_ADDRESS);
}

/** 429 with all that a client needs to wait; times are seconds. */
export function rateLimited(limit: number, windowSeconds: number, wait: number): ApiError {
  return catalogue.rateLimited(limit, windowSeconds, Math.max(1, wait), {
    'x-ratelimit-limit-requests': String(limit),
    'x-ratelimit-remaining-requests': '0',
    'x-ratelimit-reset-requests': `${Math.max(1, wait)}s`,
  });
}

/** The limit of an address for what is decided before the guards run: guessing keys has it too. */
@Injectable()
export class AddressLimit {
  constructor(
    @Inject(ThrottlerStorage) private readonly storage: BoundedThrottlerStorage,
    private readonly config: RateLimitConfig,
  ) {}

  /** The error, once the address has used up its window. */
  async hit(request: FastifyRequest): Promise<ApiError | undefined> {
    const { requests, windowMs } = this.config;
    if (requests === 0) return undefined;
    const { isBlocked, timeToBlockExpire } = await this.storage.increment(
      addressOf(request),
      windowMs,
      requests,
    );
    return isBlocked ? rateLimited(requests, windowMs / 1000, timeToBlockExpire) : undefined;
  }

  /** The same without counting, for what IpThrottlerGuard would refuse later. */
  peek(request: FastifyRequest): ApiError | undefined {
    const { requests, windowMs } = this.config;
    if (requests === 0) return undefined;
    const wait = this.storage.peek(addressOf(request), requests);
    return wait > 0 ? rateLimited(requests, windowMs / 1000, wait) : undefined;
  }
}
