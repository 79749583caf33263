const BEARER = /^bearer +(\S+) *$/i;

/** The credentials of an `Authorization` header of that scheme. */
export function readBearer(authorization: string | undefined): string | undefined {
  return BEARER.exec(authorization ?? '')?.[1];
}
