/**
 * Spending has stopped because the balance is low. Not a failure of the request: the exception
 * filter answers it with an ordinary assistant message, or with 402 where prose would do harm.
 */
export class Paused extends Error {
  constructor(text: string) {
    super(text);
    this.name = 'Paused';
  }
}
