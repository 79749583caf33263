import { ApiError } from './api-error.ts';

/** The part of the catalogue that is about who administers the gateway. */
export const adminErrors = {
  invalidAdminToken: () =>
    new ApiError({
      status: 401,
      type: 'authentication_error',
      code: 'invalid_admin_token',
      message:
        'The admin API needs one of the tokens of ADMIN_TOKEN: send "Authorization: Bearer <secret>".',
      headers: { 'www-authenticate': 'Bearer' },
    }),

  tooManyFailures: (waitSeconds: number) =>
    new ApiError({
      status: 429,
      type: 'rate_limit_error',
      code: 'rate_limit_exceeded',
      limitOf: 'address',
      message: `Too many requests without a right token came from your address. Try again in ${waitSeconds} s.`,
      headers: { 'retry-after': String(waitSeconds) },
    }),
};
