/** Runs a handler for one event, to the one answer that it gives. */
import { endStream, reportError, respond } from "./channel.mjs";
import { logAs, writeLine } from "./console.mjs";
import { contextOf } from "./context.mjs";
import { describe, logged, RuntimeError } from "./errors.mjs";
import { isModern } from "./handler.mjs";
import { ResponseStream, STREAMING } from "./streaming.mjs";

/** What happens when nothing is left that the handler could wait for. */
let onEmptyLoop;

process.on("beforeExit", () => onEmptyLoop?.());

/** `next` is called once, after the answer. */
export function run(handler, head, event, next) {
  logAs(head.requestId);
  if (head.traceId === undefined) delete process.env._X_AMZN_TRACE_ID;
  else process.env._X_AMZN_TRACE_ID = head.traceId;
  const ended = once(() => {
    onEmptyLoop = undefined;
    next();
  });
  if (handler[STREAMING] !== undefined) void stream(handler, head, event, ended);
  else answer(handler, head, event, ended);
}

function answer(handler, head, event, ended) {
  const answers = answersOf(ended);
  const context = contextOf(head);
  onEmptyLoop = () => answers.succeed(null);
  const callback = (error, value) => {
    const settle = () => (error === undefined || error === null ? answers.succeed(value) : answers.fail(error));
    if (context.callbackWaitsForEmptyEventLoop) onEmptyLoop = settle;
    else settle();
  };
  context.succeed = (value) => answers.succeed(value);
  context.fail = (error) => answers.fail(error ?? "handled");
  context.done = (error, value) =>
    error === undefined || error === null ? answers.succeed(value) : answers.fail(error);
  try {
    const value = handler(JSON.parse(event), context, callback);
    if (typeof value?.then === "function") value.then(answers.succeed, answers.fail);
    // Older runtimes ignore what a handler returns that is no promise (observed); the newer ones (unverified).
    else if (isModern()) answers.succeed(value);
  } catch (error) {
    answers.fail(error);
  }
}

/** The first answer counts. */
function answersOf(ended) {
  let open = true;
  const fail = (error) => {
    if (!open) return;
    open = false;
    writeLine("ERROR", `Invoke Error \t${logged(error)}`);
    reportError(describe(error));
    ended();
  };
  const succeed = (value) => {
    if (!open) return;
    let text;
    try {
      text = JSON.stringify(value === undefined ? null : value) ?? "null";
    } catch {
      // Circular data, BigInt: the real runtime says no more than this.
      return fail(new RuntimeError("JSONStringifyError", "Unable to stringify response body"));
    }
    open = false;
    respond(text);
    ended();
  };
  return { fail, succeed };
}

async function stream(handler, head, event, ended) {
  const response = new ResponseStream(handler);
  const failed = once((error) => {
    writeLine("ERROR", `Invoke Error \t${logged(error)}`);
    // What the handler still writes goes nowhere.
    response.destroy();
    endStream(describe(error));
    ended();
  });
  response.on("error", failed);
  onEmptyLoop = () => failed(new Error("Response stream is not finished."));
  response.on("finish", () => {
    endStream(undefined);
  });
  try {
    const value = handler(JSON.parse(event), response, contextOf(head));
    if (typeof value?.then !== "function") throw new Error("Streaming does not support non-async handlers.");
    if ((await value) !== undefined) writeLine("WARN", "Streaming handlers ignore return values.");
    if (response.writableFinished) ended();
    else response.once("finish", ended);
  } catch (error) {
    failed(error);
  }
}

function once(action) {
  let open = true;
  return (value) => {
    if (!open) return;
    open = false;
    action(value);
  };
}
