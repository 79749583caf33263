import { Controller, Get, Res } from '@nestjs/common';
import { RouteConstraints } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { Documented } from '../openapi/operation.ts';
import { object, TEXT } from '../openapi/schema.ts';
import { ReadinessDetail } from './readiness-detail.ts';
import { Readiness } from './readiness.ts';

const HEALTH = { 'application/json': object('Health', { status: TEXT }, {}, true) };

@Controller('health')
export class HealthController {
  constructor(
    private readonly readiness: Readiness,
    private readonly detail: ReadinessDetail,
  ) {}

  /** That this is answered at all is the proof: the event loop turns. */
  @Get('live')
  @Documented({ summary: 'Says that the process lives', reply: HEALTH })
  live(): { status: string } {
    return { status: 'ok' };
  }

  @Get('ready')
  @Documented({
    summary: 'Says whether requests are taken; in detail on the management port',
    reply: HEALTH,
    alsoStatus: 503,
  })
  ready(@Res({ passthrough: true }) reply: FastifyReply): { status: string } {
    const { status } = this.readiness;
    if (status !== 'ready') reply.code(503);
    return { status };
  }

  /** Asked until it says yes once; then the other two are. */
  @Get('startup')
  @Documented({
    summary: 'Says whether the start is over',
    reply: HEALTH,
    alsoStatus: 503,
  })
  startup(@Res({ passthrough: true }) reply: FastifyReply): { status: string } {
    if (this.readiness.hasStarted) return { status: 'ok' };
    reply.code(503);
    return { status: 'starting' };
  }

  /** The same on the management port, with what an operator wants to know besides. */
  @Get('ready')
  @Documented({
    summary: 'Says whether requests are taken; in detail on the management port',
    reply: HEALTH,
    alsoStatus: 503,
  })
  @RouteConstraints({ listener: 'management' })
  readyInDetail(@Res({ passthrough: true }) reply: FastifyReply): Record<string, unknown> {
    return { ...this.ready(reply), ...this.detail.read() };
  }
}
