/** `1.2.3.4:567`, `[2001:db8::1]:567` and `[2001:db8::1]`. */
const WITH_PORT = /^(?:(\d+(?:\.\d+){3}):\d+|\[([^\]]+)\](?::\d+)?)$/;

/**
 * An entry of X-Forwarded-For without the port that some proxies (Azure Application Gateway) write
 * too, which is another one for each connection.
 */
export function bareAddress(entry: string): string {
  const [, v4, v6] = WITH_PORT.exec(entry) ?? [];
  return v4 ?? v6 ?? entry;
}
