import { Injectable, type ExecutionContext } from '@nestjs/common';
import { ThrottlerGuard, type ThrottlerLimitDetail } from '@nestjs/throttler';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { addressOf, rateLimited } from './address-limit.ts';

/** OpenAI's names for the package's. */
const HEADERS: Record<string, string> = {
  'X-RateLimit-Limit': 'x-ratelimit-limit-requests',
  'X-RateLimit-Remaining': 'x-ratelimit-remaining-requests',
  'X-RateLimit-Reset': 'x-ratelimit-reset-requests',
};

/** Requests per client address and window, over all routes together; IPv6 by /64. */
@Injectable()
export class IpThrottlerGuard extends ThrottlerGuard {
  /**
   * Straight to the count: the package looks for decorators on every request that this gateway
   * does not use (measured: 7,300 against 8,200 requests a second).
   */
  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const [throttler] = this.throttlers;
    if (!throttler || throttler.skipIf?.(context)) return true;
    return this.handleRequest({
      context,
      limit: Number(throttler.limit),
      ttl: Number(throttler.ttl),
      throttler,
      blockDuration: Number(throttler.ttl),
      getTracker: (request) => Promise.resolve(addressOf(request as FastifyRequest)),
      generateKey: (_context, address) => address,
    });
  }

  protected override setResponseHeader(reply: FastifyReply, name: string, value: number): void {
    void reply.header(HEADERS[name] ?? name, name.endsWith('Reset') ? `${value}s` : value);
  }

  protected override throwThrottlingException(
    _context: ExecutionContext,
    { limit, ttl, timeToBlockExpire }: ThrottlerLimitDetail,
  ): Promise<void> {
    throw rateLimited(limit, ttl / 1000, timeToBlockExpire);
  }
}
