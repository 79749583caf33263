import { Injectable, type CallHandler, type NestInterceptor } from '@nestjs/common';
import { catchError, throwError, type Observable } from 'rxjs';
import { toClientError } from '../store/to-client-error.ts';

/** A database that is away is nobody's fault: 503, try again. */
@Injectable()
export class StoreErrorsInterceptor implements NestInterceptor {
  intercept(_context: unknown, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(catchError((error) => throwError(() => toClientError(error))));
  }
}
