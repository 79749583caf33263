import type { FastifyInstance } from 'fastify';
import type { Gateway } from './start-gateway.ts';

export interface Route {
  readonly method: string;
  readonly path: string;
  /** The only port that it is on; undefined: both. */
  readonly listener: string | undefined;
}

/** A line of the router's tree: four columns for each level, a piece of the path, methods, constraints. */
const LINE = /^((?:[│├└─ ]{4})*)(\S+)(?: \(([A-Z, ]+)\))?(?: (\{.*\}))?$/;

/** All routes that the gateway has, of both ports, as its router knows them. */
export function listRoutes({ app }: Pick<Gateway, 'app'>): Route[] {
  const fastify: FastifyInstance = app.getHttpAdapter().getInstance();
  const routes: Route[] = [];
  const pieces: string[] = [];
  for (const line of fastify.printRoutes({ commonPrefix: false }).split('\n').filter(Boolean)) {
    const [, indent = '', piece = '', methods = '', constraints = '{}'] = LINE.exec(line) ?? [];
    if (piece === '') throw new Error(`what route is this? ${line}`);
    pieces.splice(indent.length / 4 - 1, Infinity, piece);
    const { listener } = JSON.parse(constraints) as { listener?: string };
    const path = pieces.join('');
    for (const method of methods.split(', ').filter(Boolean)) {
      routes.push({ method, path, listener });
    }
  }
  return routes;
}
