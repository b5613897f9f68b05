/** Finds the handler that a configuration names. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { RuntimeError } from "./errors.mjs";
import { STREAMING } from "./streaming.mjs";

/** In the order in which they are looked for; the last three are an extension: the real service runs no TypeScript. */
const ENDINGS = ["", ".js", ".mjs", ".cjs", ".ts", ".mts", ".cts"];
/** These are loaded with `require`, like the real runtime does; it can load ES modules as well. */
const REQUIRED = new Set(["", ".js", ".cjs", ".ts", ".cts"]);
const CALLBACKS_UNTIL = 22;

/** AWS Lambda Developer Guide, "Define Lambda function handler in Node.js": `{folders}/{file}.{export}.{member}`. */
export async function loadHandler(root, text) {
  if (text.includes("..")) {
    throw new RuntimeError("MalformedHandlerName", `'${text}' is not a valid handler name. It may not leave the code.`);
  }
  const [, file, path] = /^([^.]*)\.(.+)$/.exec(basename(text)) ?? [];
  if (!file) throw new RuntimeError("MalformedHandlerName", "Bad handler");
  const module = await loaded(root, join(dirname(text), file));
  const handler = path.split(".").reduce((value, name) => value?.[name], module);
  if (handler === undefined || handler === null) {
    throw new RuntimeError("HandlerNotFound", `${text} is undefined or not exported`);
  }
  if (typeof handler !== "function") throw new RuntimeError("HandlerNotFound", `${text} is not a function`);
  refuseCallback(handler);
  return handler;
}

async function loaded(root, module) {
  const path = resolve(root, module);
  const ending = ENDINGS.find((candidate) => isFile(path + candidate, candidate));
  try {
    if (ending === undefined) throw missing(module);
    return await moduleOf(path + ending, ending);
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw new RuntimeError("UserCodeSyntaxError", String(error), error.stack);
    }
    const code = error?.code;
    if (code === "MODULE_NOT_FOUND" || code === "ERR_MODULE_NOT_FOUND") {
      throw new RuntimeError("ImportModuleError", String(error));
    }
    if (code === "ERR_INVALID_TYPESCRIPT_SYNTAX" || code === "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX") {
      throw new RuntimeError("UserCodeSyntaxError", String(error), error.stack);
    }
    throw error;
  }
}

async function moduleOf(path, ending) {
  if (!REQUIRED.has(ending)) return import(pathToFileURL(path).href);
  try {
    return createRequire(path)(path);
  } catch (error) {
    // A module with a top-level await.
    if (error?.code !== "ERR_REQUIRE_ASYNC_MODULE") throw error;
    return import(pathToFileURL(path).href);
  }
}

function isFile(path, ending) {
  return ending === "" ? existsSync(path) && basename(path).includes(".") : existsSync(path);
}

function missing(module) {
  const error = new Error(`Cannot find module '${module}'\nRequire stack:\n- ${import.meta.filename}`);
  return Object.assign(error, { code: "MODULE_NOT_FOUND" });
}

/** Whether the runtime is nodejs24.x or a later one. */
export function isModern() {
  return Number(/nodejs(\d+)/.exec(process.env.AWS_EXECUTION_ENV ?? "")?.[1]) > CALLBACKS_UNTIL;
}

/** From nodejs24.x on the real runtime refuses handlers with a callback (documented). */
function refuseCallback(handler) {
  if (!isModern() || handler.length < 3 || handler[STREAMING] !== undefined) return;
  throw new RuntimeError(
    "CallbackHandlerDeprecated",
    "ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. " +
      "You need to modify this function to use a supported handler signature to use Node.js 24 or later.",
  );
}
