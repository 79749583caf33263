/** Loaded into a contestant with --import and --expose-gc: what its heap holds, on SIGUSR2. */
process.on('SIGUSR2', () => {
  globalThis.gc?.();
  // What finalizers let go of.
  setTimeout(() => {
    globalThis.gc?.();
    process.stdout.write(`heap-bytes: ${process.memoryUsage().heapUsed}\n`);
  }, 200);
});
