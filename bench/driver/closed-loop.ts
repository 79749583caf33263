import { Connection } from './connection.ts';

/** Each connection sends its next request as soon as it has the answer to the one before. */
export class ClosedLoop {
  completed = 0;
  failed = 0;
  readonly #connections: Connection[];

  constructor(port: number, connections: number, request: Buffer) {
    this.#connections = Array.from({ length: connections }, () => {
      const connection = new Connection(port);
      connection.onEnd = ({ status }) => {
        if (status === 200) this.completed += 1;
        else this.failed += 1;
        connection.send(request);
      };
      connection.onBroken = () => {
        this.failed += 1;
      };
      connection.send(request);
      return connection;
    });
  }

  close(): void {
    for (const connection of this.#connections) connection.close();
  }
}
