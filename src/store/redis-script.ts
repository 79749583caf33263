/** Lua that runs in Redis, as one step; arguments after the keys arrive as strings. */
export interface RedisScript {
  /** Unlike that of any other script and of Redis's own commands. */
  readonly name: string;
  readonly lua: string;
  /** Undefined where it differs from call to call: then their number goes before the keys. */
  readonly numberOfKeys?: number;
}
