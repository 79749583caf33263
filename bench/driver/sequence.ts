import { Connection } from './connection.ts';

/** Stands in a request where each one that is sent has a number of its own, as wide as this. */
export const NUMBER_HERE = '00000000';

/**
 * Sends requests one after another on one connection, each with the next number.
 * @throws if one is not answered with 200
 */
export async function sequence(
  port: number,
  request: Buffer,
  { from, count }: { readonly from: number; readonly count: number },
): Promise<void> {
  const connection = new Connection(port);
  const at = request.lastIndexOf(NUMBER_HERE);
  try {
    for (let number = from; number < from + count; number += 1) {
      request.write(String(number).padStart(NUMBER_HERE.length, '0'), at);
      await exchange(connection, request);
    }
  } finally {
    connection.close();
  }
}

async function exchange(connection: Connection, request: Buffer): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  connection.onEnd = ({ status }) => {
    if (status === 200) resolve(undefined);
    else reject(new Error(`status ${status}`));
  };
  connection.onBroken = () => {
    reject(new Error('the connection broke'));
  };
  connection.send(request);
  await promise;
}
