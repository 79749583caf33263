import type { INestApplication, Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import {
  ApiBody,
  ApiOperation,
  ApiQuery,
  ApiResponse,
  DocumentBuilder,
  SwaggerModule,
} from '@nestjs/swagger';
import { hoistSchemas } from './hoist-schemas.ts';
import { operationOf, type Operation } from './operation.ts';
import { object, orNull, TEXT } from './schema.ts';

/** Of whatever goes wrong, whatever the route. */
const ERROR = object('Error', {
  error: object(undefined, {
    message: TEXT,
    type: TEXT,
    param: orNull(TEXT),
    code: orNull(TEXT),
  }),
});

/**
 * Nest says which routes there are, `Documented` what they take and give.
 * To be imported when it is needed: it loads @nestjs/swagger.
 */
export function makeDocument(app: INestApplication): object {
  for (const { handler, target, name } of handlersOf(app)) {
    const operation = operationOf(handler);
    if (operation) describe(operation, target, name);
  }
  const about = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('poe-proxy')
    .addBearerAuth({ type: 'http', description: 'a key of this gateway, if AUTH=keys' }, 'key')
    .addBearerAuth({ type: 'http', description: 'the secret of a token of ADMIN_TOKEN' }, 'admin')
    .build();
  const document = SwaggerModule.createDocument(app, about, {
    operationIdFactory: (controller, method) => `${controller.replace('Controller', '')}_${method}`,
  });
  return hoistSchemas({ ...document, paths: withSecurity(document.paths) });
}

interface Handler {
  readonly handler: object;
  readonly target: object;
  readonly name: string;
}

function handlersOf(app: INestApplication): Handler[] {
  const modules = [...app.get(ModulesContainer).values()];
  const controllers = modules.flatMap((module) => [...module.controllers.values()]);
  return controllers.flatMap(({ metatype }) => {
    const target = (metatype as Type).prototype as object;
    return Object.entries(Object.getOwnPropertyDescriptors(target)).flatMap(([name, { value }]) =>
      typeof value === 'function' ? [{ handler: value as object, target, name }] : [],
    );
  });
}

/** As the package's own decorators would have done it where the route is, at the price of loading it. */
function describe(operation: Operation, target: object, name: string): void {
  const { summary, query = {}, body, reply, status = 200, alsoStatus } = operation;
  const content = Object.fromEntries(
    Object.entries(reply).map(([type, schema]) => [type, { schema: schema as never }]),
  );
  const failure = { 'application/json': { schema: ERROR as never } };
  const decorators = [
    ApiOperation({ summary }),
    ApiResponse({ status, description: summary, content }),
    ...(alsoStatus === undefined
      ? []
      : [ApiResponse({ status: alsoStatus, description: summary, content })]),
    ApiResponse({ status: 'default', description: 'What went wrong', content: failure }),
    ...Object.entries(query).map(([parameter, schema]) =>
      ApiQuery({ name: parameter, required: false, schema: schema as never }),
    ),
    ...(body ? [ApiBody({ schema: body as never })] : []),
  ];
  const descriptor = Object.getOwnPropertyDescriptor(target, name) ?? {};
  for (const decorate of decorators) decorate(target, name, descriptor);
}

function withSecurity(paths: Readonly<Record<string, object>>) {
  const scheme = (path: string) => (path.startsWith('/admin') ? 'admin' : 'key');
  return Object.fromEntries(
    Object.entries(paths).map(([path, item]) => {
      if (!/^\/(?:admin|v1)\//.test(path)) return [path, item];
      const operations = Object.entries(item as Record<string, object>).map(
        ([method, operation]) => [method, { ...operation, security: [{ [scheme(path)]: [] }] }],
      );
      return [path, Object.fromEntries(operations)];
    }),
  );
}
