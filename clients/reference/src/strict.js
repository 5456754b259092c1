// Comes before all else: zod, which Scalar brings, would else try whether it may make code of text. It may
// not, and it goes on without; but each try is a violation of the page's policy.
globalThis.__zod_globalConfig = { jitless: true };
