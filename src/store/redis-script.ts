/** Lua that runs in Redis, as one step; arguments after the keys arrive as strings. */
export interface RedisScript {
  /** Unlike that of any other script and of Redis's own commands. */
  readonly name: string;
  readonly lua: string;
  readonly numberOfKeys: number;
}
