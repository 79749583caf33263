import { Controller, UseGuards, UseInterceptors } from '@nestjs/common';
import { PATH_METADATA } from '@nestjs/common/constants.js';
import { RouteConstraints } from '@nestjs/platform-fastify';
import { AdminGuard } from './admin.guard.ts';
import { StoreErrorsInterceptor } from './store-errors.interceptor.ts';

/**
 * A controller under `/admin/<path>`. All of its routes exist on the management port only and need
 * an admin token: no method can forget to say so.
 */
export function AdminController(path: string): ClassDecorator {
  return (target) => {
    const prototype = target.prototype as object;
    for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      const handler: unknown = descriptor.value;
      if (typeof handler !== 'function' || !Reflect.hasMetadata(PATH_METADATA, handler)) continue;
      RouteConstraints({ listener: 'management' })(prototype, name, descriptor);
    }
    UseGuards(AdminGuard)(target);
    UseInterceptors(StoreErrorsInterceptor)(target);
    Controller(`admin/${path}`)(target);
  };
}
