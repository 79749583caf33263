/** Loaded into the gateway under test with --import and --expose-gc: its heap, on SIGUSR2. */
process.on('SIGUSR2', () => {
  globalThis.gc?.();
  // What finalizers let go of.
  setTimeout(() => {
    globalThis.gc?.();
    const { heapUsed } = process.memoryUsage();
    process.stdout.write(`${JSON.stringify({ msg: 'heap', bytes: heapUsed })}\n`);
  }, 100);
});
