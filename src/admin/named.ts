/** What the API calls an object, as OpenAI's does. */
export type Named<Kind extends string, T> = { readonly object: Kind } & T;

export interface Deleted<Kind extends string> {
  readonly object: Kind;
  readonly id: string;
  readonly deleted: true;
}

export function named<Kind extends string>(object: Kind) {
  return <T extends object>(value: T): Named<Kind, T> => ({ object, ...value });
}

export function deleted<Kind extends string>(object: Kind, id: string): Deleted<Kind> {
  return { object, id, deleted: true };
}
