import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** Name of the admin token that was sent, for the audit log. */
export const Actor = createParamDecorator((_data: unknown, context: ExecutionContext): string => {
  const { actor } = context.switchToHttp().getRequest<FastifyRequest>();
  if (actor === undefined) throw new Error('the guard has not run');
  return actor;
});
