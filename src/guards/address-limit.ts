import { isIP } from 'node:net';
import { Inject, Injectable } from '@nestjs/common';
import { normalizeIp, ThrottlerStorage } from '@nestjs/throttler';
import type { FastifyRequest } from 'fastify';
import { RateLimitConfig } from '../config/config.ts';
import type { ApiError } from '../errors/api-error.ts';
import { catalogue } from '../errors/catalogue.ts';
import { bareAddress } from './bare-address.ts';
import type { BoundedThrottlerStorage } from './bounded-throttler-storage.ts';

const IPV6_PREFIX = 64;

/**
 * What one client counts as: its address, IPv6 by /64. Where a trusted proxy names none, it is the
 * proxy itself: whatever a client gets it to pass on, such as `unknown`, makes no client of its own.
 */
export function addressOf({ ip, socket }: Pick<FastifyRequest, 'ip' | 'socket'>): string {
  const address = bareAddress(ip);
  const known = isIP(address) === 0 ? socket.remoteAddress : address;
  return normalizeIp(known ?? '', IPV6_PREFIX);
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
