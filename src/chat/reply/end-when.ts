import { Observable, type MonoTypeOperatorFunction } from 'rxjs';

/** Fails with `toError()` as soon as `signal$` emits. */
export function endWhen<T>(
  signal$: Observable<unknown>,
  toError: () => Error,
): MonoTypeOperatorFunction<T> {
  return (source$) =>
    new Observable((subscriber) => {
      subscriber.add(
        signal$.subscribe(() => {
          subscriber.error(toError());
        }),
      );
      subscriber.add(source$.subscribe(subscriber));
    });
}
