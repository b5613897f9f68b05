/** A host with functions of a few lines, made for a test and gone with it. */
import { randomUUID } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import type {
  FunctionDefinition,
  FunctionHost,
  HostInvocation,
  HostOutcome,
} from "../../../src/functions/function-host.ts";
import type { FunctionHostOptions, FunctionLogLine } from "../../../src/functions/host/host-options.ts";
import { createFunctionHost } from "../../../src/functions/host/local-function-host.ts";

export interface Rig {
  readonly host: FunctionHost;
  /** What functions and the platform logged. */
  readonly lines: FunctionLogLine[];
  /** A function of these files. */
  define(files: Readonly<Record<string, string>>, members?: Partial<FunctionDefinition>): FunctionDefinition;
  call(definition: FunctionDefinition, event?: unknown, members?: Partial<HostInvocation>): Promise<HostOutcome>;
  folder(files: Readonly<Record<string, string>>): string;
}

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export function openRig(t: TestContext, options: Partial<FunctionHostOptions> = {}): Rig {
  const lines: FunctionLogLine[] = [];
  const host = createFunctionHost({ log: silent, sink: { write: (line) => void lines.push(line) }, ...options });
  t.after(() => host.close(0));
  const folder = (files: Readonly<Record<string, string>>): string => madeFolder(t, files);
  let functions = 0;
  return {
    host,
    lines,
    folder,
    define: (files, members = {}) => {
      const name = members.name ?? `f${(functions += 1)}`;
      return {
        arn: `arn:aws:lambda:us-east-1:123456789012:function:${name}`,
        name,
        account: "123456789012",
        region: "us-east-1",
        version: "$LATEST",
        revision: "1",
        runtime: "nodejs22.x",
        handler: "index.handler",
        codeFolder: folder(files),
        watched: false,
        layerFolders: [],
        environment: {},
        memoryMb: 128,
        timeoutSeconds: 5,
        reservedConcurrency: undefined,
        ...members,
      };
    },
    call: (definition, event = {}, members = {}) =>
      host.invoke(definition, {
        payload: Buffer.from(JSON.stringify(event)),
        requestId: randomUUID(),
        tailLog: false,
        invokedArn: definition.arn,
        ...members,
      }),
  };
}

function madeFolder(t: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "sallyport-code-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  // Functions may run as another user.
  chmodSync(folder, 0o755);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text, { mode: text.startsWith("#!") ? 0o755 : 0o644 });
  }
  return folder;
}

/** The outcome with its payload read as JSON. */
export function read(outcome: HostOutcome): unknown {
  if (!("payload" in outcome)) return outcome;
  const { payload, ...rest } = outcome;
  return { ...rest, payload: JSON.parse(Buffer.from(payload).toString("utf8")) };
}

/** The JSON of a result; anything else fails the test. */
export function result(outcome: HostOutcome): unknown {
  if (outcome.kind !== "result") throw new Error(`no result: ${JSON.stringify(read(outcome))}`);
  return JSON.parse(Buffer.from(outcome.payload).toString("utf8"));
}

interface FunctionFault {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
  readonly stackTrace?: readonly string[];
}

/** What a function's error says; anything else fails the test. */
export function fault(outcome: HostOutcome): FunctionFault {
  if (outcome.kind !== "function-error") throw new Error(`no function error: ${JSON.stringify(read(outcome))}`);
  return JSON.parse(Buffer.from(outcome.payload).toString("utf8")) as FunctionFault;
}
