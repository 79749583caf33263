/**
 * What to do without a service: false, so that its tests are skipped.
 * @throws when tests may not be skipped
 */
export function isMissing(service: string): false {
  const problem = `${service} is not installed`;
  if (process.env.REQUIRE_SERVICES === '1') throw new Error(`${problem}: see .ci/services`);
  console.warn(`${problem}: the tests that need it are skipped (not with REQUIRE_SERVICES=1)`);
  return false;
}
