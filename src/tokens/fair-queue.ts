/** Work in slices: each step of the generator is a few milliseconds, its result goes to `done`. */
export interface Job<T> {
  readonly size: number;
  readonly work: Iterator<void, T>;
  readonly done: (result: T) => void;
}

/**
 * Shares one thread among jobs. In each turn the smallest job gets one slice, so that it overtakes
 * the big ones, and the oldest gets one, so that it ends however many small ones come. Between
 * turns the event loop runs: that is when new jobs arrive.
 */
export class FairQueue<T> {
  /** Oldest first. */
  private readonly jobs: Job<T>[] = [];

  add(job: Job<T>): void {
    this.jobs.push(job);
    if (this.jobs.length === 1) setImmediate(this.turn);
  }

  private readonly turn = (): void => {
    const [oldest] = this.jobs;
    if (oldest === undefined) return;
    const smallest = this.jobs.reduce((least, job) => (job.size < least.size ? job : least));
    this.advance(smallest);
    if (oldest !== smallest) this.advance(oldest);
    if (this.jobs.length > 0) setImmediate(this.turn);
  };

  private advance(job: Job<T>): void {
    const step = job.work.next();
    if (step.done !== true) return;
    this.jobs.splice(this.jobs.indexOf(job), 1);
    job.done(step.value);
  }
}
