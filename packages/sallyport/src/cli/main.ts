/** Entry of the command line. */
import { enableCompileCache } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";

// Type stripping and parsing of the sources is done once per change, not once per start. Not in the system's folder for
// temporary files, which is Node's default: whoever else may write there could leave code for us to run.
enableCompileCache(join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "sallyport"));
const { run } = await import("./run.ts");
process.exitCode = await run(process.argv.slice(2));
