import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { test } from "node:test";
import { fault, openRig, result } from "./rig.ts";

const looping = {
  "index.js": `exports.handler = async (event) => {
    await new Promise((resolve) => setTimeout(resolve, event.wait));
    return process.execArgv.filter((flag) => /^--(inspect|enable)/.test(flag));
  }`,
};

/** A port that was free a moment ago: the inspector takes no 0 that anybody could tell. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

test("a function is started for the debugger, in one process", async (t) => {
  const port = await freePort();
  const rig = openRig(t, { debugPort: ({ name }) => (name === "f1" ? port : undefined) });
  const f = rig.define(looping);
  const answers = await Promise.all([1, 2].map(async () => result(await rig.call(f, { wait: 50 }))));
  const flags = ["--enable-source-maps", `--inspect=127.0.0.1:${port}`];
  assert.deepEqual(answers, [flags, flags]);
  assert.deepEqual(result(await rig.call(rig.define(looping), { wait: 0 })), []);
});

test(
  "the time-out is held while a debugger is connected",
  { skip: process.platform !== "linux" && "it looks into Linux's /proc" },
  async (t) => {
    const port = await freePort();
    const rig = openRig(t, { debugPort: () => port });
    const f = rig.define(looping, { timeoutSeconds: 1 });
    await rig.call(f, { wait: 0 });
    const response = await fetch(`http://127.0.0.1:${port}/json/list`, { headers: { connection: "close" } });
    const [target] = (await response.json()) as { webSocketDebuggerUrl: string }[];
    const socket = new WebSocket(target?.webSocketDebuggerUrl ?? "");
    await once(socket, "open");
    const held = await rig.call(f, { wait: 1_300 });
    assert.equal(held.kind, "result");
    socket.close();
    await once(socket, "close");
    assert.equal(fault(await rig.call(f, { wait: 1_900 })).errorType, "Sandbox.Timedout");
  },
);
