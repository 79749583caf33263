/** For packages that read the environment by themselves, where the file `.env` is not seen. */
export function putIntoEnvironment(variables: Readonly<Record<string, string>>): void {
  Object.assign(process.env, variables);
}
