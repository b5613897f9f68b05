/** Entry of the command line. */
import { enableCompileCache } from "node:module";

// Type stripping and parsing of the sources is done once per change, not once per start.
enableCompileCache();
const { run } = await import("./run.ts");
process.exitCode = await run(process.argv.slice(2));
