import { Controller, Get, Res } from '@nestjs/common';
import { RouteConstraints } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { ReadinessDetail } from './readiness-detail.ts';
import { Readiness } from './readiness.ts';

@Controller('health')
export class HealthController {
  constructor(
    private readonly readiness: Readiness,
    private readonly detail: ReadinessDetail,
  ) {}

  /** That this is answered at all is the proof: the event loop turns. */
  @Get('live')
  live(): { status: string } {
    return { status: 'ok' };
  }

  @Get('ready')
  ready(@Res({ passthrough: true }) reply: FastifyReply): { status: string } {
    const { status } = this.readiness;
    if (status !== 'ready') reply.code(503);
    return { status };
  }

  /** Asked until it says yes once; then the other two are. */
  @Get('startup')
  startup(@Res({ passthrough: true }) reply: FastifyReply): { status: string } {
    if (this.readiness.hasStarted) return { status: 'ok' };
    reply.code(503);
    return { status: 'starting' };
  }

  /** The same on the management port, with what an operator wants to know besides. */
  @Get('ready')
  @RouteConstraints({ listener: 'management' })
  readyInDetail(@Res({ passthrough: true }) reply: FastifyReply): Record<string, unknown> {
    return { ...this.ready(reply), ...this.detail.read() };
  }
}
