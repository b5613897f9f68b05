/** The Node.js runtime: loads the handler and runs it for one event after the other. */
import { askForNext, letGo, reportError, reportInitError } from "./channel.mjs";
import { patchConsole, writeLine } from "./console.mjs";
import { describe, logged, RuntimeError } from "./errors.mjs";
import { loadHandler } from "./handler.mjs";
import { run } from "./invocation.mjs";
import { publishStreaming } from "./streaming.mjs";

/** As the real runtime ends after an error that nobody caught (observed). */
const UNCAUGHT_EXIT_CODE = 129;

let report = reportInitError;

patchConsole();
publishStreaming();
process.on("uncaughtException", (error) => onUncaught("Uncaught Exception", error));
process.on("unhandledRejection", (reason) => {
  const error = new RuntimeError("UnhandledPromiseRejection", String(reason), reason?.stack);
  onUncaught("Unhandled Promise Rejection", Object.assign(error, { reason }));
});

// A module that waits for ever with nothing left to happen ends the process, instead of hanging.
letGo();
try {
  const handler = await loadHandler(process.env.LAMBDA_TASK_ROOT, process.env._HANDLER);
  report = reportError;
  waitForEvent(handler);
} catch (error) {
  onUncaught("Uncaught Exception", error);
}

function waitForEvent(handler) {
  askForNext((head, event) => {
    letGo();
    run(handler, head, event, () => waitForEvent(handler));
  });
}

function onUncaught(title, error) {
  writeLine("ERROR", `${title} \t${logged(error)}`);
  report(describe(error), () => process.exit(UNCAUGHT_EXIT_CODE));
}
