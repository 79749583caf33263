import { Injectable, type INestApplication } from '@nestjs/common';

/** The OpenAPI document of everything that the application serves, on both ports. */
@Injectable()
export class ApiDocument {
  #app: INestApplication | undefined;
  #made: Promise<object> | undefined;

  /** To be called once, by who makes the application. */
  describes(app: INestApplication): void {
    this.#app = app;
  }

  /** Made when it is first asked for: what it takes to make it is loaded then, and not before. */
  read(): Promise<object> {
    this.#made ??= make(this.#app);
    return this.#made;
  }
}

/** Not a method: in a class with decorators TypeScript leaves the name of the file as it is. */
async function make(app: INestApplication | undefined): Promise<object> {
  if (!app) throw new Error('it is not known what to describe');
  const { makeDocument } = await import('./make-document.ts');
  return makeDocument(app);
}
