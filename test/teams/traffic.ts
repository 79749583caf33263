import { ask, chat, open, type ChatBody } from '../support/chat.ts';
import { readStream } from '../support/stream.ts';
import type { Deployment } from './deployment.ts';

/** What one client asks for. */
export interface Wish {
  /** Of the sandbox. */
  readonly steps: string;
  readonly stream: boolean;
  /** It does not wait for the end. */
  readonly leaves?: boolean;
}

/** How it went: a status other than 200, or for a stream whether it reached its end. */
export type Outcome = number | 'done' | 'error' | 'torn' | 'left' | 'unreachable';

/** Clients that ask all gateways in turn, each for one thing after the other, until they are told to stop. */
export class Traffic {
  readonly outcomes: Outcome[] = [];
  readonly #deployment: Deployment;
  readonly #wish: (number: number) => Wish;
  readonly #clients: Promise<void>[];
  #number = 0;
  #isOver = false;

  constructor(deployment: Deployment, clients: number, wish: (number: number) => Wish) {
    this.#deployment = deployment;
    this.#wish = wish;
    this.#clients = Array.from({ length: clients }, () => this.#run());
  }

  count(...outcomes: Outcome[]): number {
    return this.outcomes.filter((outcome) => outcomes.includes(outcome)).length;
  }

  /** Resolves when the last answer has come. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#clients);
  }

  async #run(): Promise<void> {
    while (!this.#isOver) {
      const number = this.#number++;
      const { replicas, teams } = this.#deployment;
      const url = replicas[number % replicas.length]?.url;
      const { headers } = teams[number % teams.length] ?? {};
      if (url === undefined || !headers) {
        // A load balancer would not send anybody there.
        await new Promise((resolve) => setTimeout(resolve, 5));
        continue;
      }
      const wish = this.#wish(number);
      const body = ask(`${wish.steps} id=${number}`, { stream: wish.stream });
      this.outcomes.push(
        await (wish.leaves ? leave(url, body, headers) : send(url, body, headers)),
      );
    }
  }
}

/** One request, to its end. */
export async function send(
  url: string,
  body: ChatBody,
  headers: Record<string, string>,
): Promise<Outcome> {
  try {
    const { status, text, isComplete } = await chat(url, body, headers);
    if (status !== 200) return status;
    if (body.stream !== true) return isComplete ? 'done' : 'torn';
    const { isDone, error } = readStream(text);
    if (error) return 'error';
    return isDone && isComplete ? 'done' : 'torn';
  } catch {
    return 'unreachable';
  }
}

/** Goes away with the first bytes of the answer. */
function leave(url: string, body: ChatBody, headers: Record<string, string>): Promise<Outcome> {
  return new Promise((resolve) => {
    const request = open(url, body, headers);
    request.once('error', () => {
      resolve('unreachable');
    });
    request.once('response', (response) => {
      response.on('error', () => undefined);
      response.once('data', () => {
        resolve(response.statusCode === 200 ? 'left' : (response.statusCode ?? 'unreachable'));
        request.destroy();
      });
      response.once('close', () => {
        resolve('torn');
      });
    });
  });
}
