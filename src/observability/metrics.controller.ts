import { Controller, Get, Header } from '@nestjs/common';
import { RouteConstraints } from '@nestjs/platform-fastify';
import { Documented } from '../openapi/operation.ts';
import { TEXT } from '../openapi/schema.ts';
import { Metrics } from './metrics.ts';

@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @Get()
  @Documented({ summary: 'Gives the metrics to Prometheus', reply: { 'text/plain': TEXT } })
  @RouteConstraints({ listener: 'management' })
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  read(): Promise<string> {
    return this.metrics.registry.metrics();
  }
}
