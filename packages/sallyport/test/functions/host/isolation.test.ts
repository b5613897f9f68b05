/** What a function sees of the machine and of the gateway. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, closeSync, existsSync, openSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { placedRuntimes } from "../../../src/functions/host/pool/preparation.ts";
import { fault, openRig, result } from "./rig.ts";

const isRoot = process.getuid?.() === 0;
const linux = process.platform === "linux";

const look = {
  "index.js": `
const fs = require("node:fs");
exports.handler = async () => ({
  env: process.env, cwd: process.cwd(), uid: process.getuid(), gid: process.getgid(), groups: process.getgroups(),
  fds: fs.existsSync("/proc/self/fd") ? fs.readdirSync("/proc/self/fd").map((fd) => { try { return fs.readlinkSync("/proc/self/fd/" + fd) } catch { return "" } }) : [],
  status: fs.existsSync("/proc/self/status") ? fs.readFileSync("/proc/self/status", "utf8") : "",
  limits: fs.existsSync("/proc/self/limits") ? fs.readFileSync("/proc/self/limits", "utf8") : "",
})`,
};

interface Seen {
  readonly env: Record<string, string>;
  readonly cwd: string;
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  readonly fds: readonly string[];
  readonly status: string;
  readonly limits: string;
}

test("the environment is the real service's, and nothing of the gateway's", async (t) => {
  process.env["SALLYPORT_TEST_SECRET"] = "secret";
  t.after(() => delete process.env["SALLYPORT_TEST_SECRET"]);
  const rig = openRig(t, { environment: ({ name }) => ({ AWS_ENDPOINT_URL: "http://127.0.0.1:1", OF: name }) });
  const f = rig.define(look, {
    name: "seen",
    environment: { OWN: "1", TZ: "Europe/Berlin", _HANDLER: "no", AWS_REGION: "no" },
  });
  const { env, cwd } = result(await rig.call(f)) as Seen;
  const { PATH, TMPDIR, AWS_LAMBDA_LOG_STREAM_NAME, LAMBDA_RUNTIME_DIR, ...rest } = env;
  assert.deepEqual(rest, {
    OWN: "1",
    OF: "seen",
    AWS_ENDPOINT_URL: "http://127.0.0.1:1",
    TZ: "Europe/Berlin",
    LANG: "en_US.UTF-8",
    _HANDLER: "index.handler",
    AWS_REGION: "us-east-1",
    AWS_DEFAULT_REGION: "us-east-1",
    AWS_EXECUTION_ENV: "AWS_Lambda_nodejs22.x",
    AWS_LAMBDA_FUNCTION_NAME: "seen",
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "128",
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/seen",
    AWS_XRAY_CONTEXT_MISSING: "LOG_ERROR",
    LAMBDA_TASK_ROOT: f.codeFolder,
    LD_LIBRARY_PATH: `${f.codeFolder}:${f.codeFolder}/lib`,
    NODE_PATH: f.codeFolder,
  });
  assert.ok(PATH && TMPDIR && AWS_LAMBDA_LOG_STREAM_NAME && LAMBDA_RUNTIME_DIR);
  assert.equal(cwd, f.codeFolder);
});

test("a process has a writable folder of its own, gone with it", async (t) => {
  const rig = openRig(t);
  const f = rig.define({
    "index.js": `const { writeFileSync, statSync } = require("node:fs"), { tmpdir } = require("node:os");
      exports.handler = async () => { writeFileSync(tmpdir() + "/a", "x"); return { folder: tmpdir(), mode: statSync(tmpdir()).mode & 0o777 } }`,
  });
  const { folder, mode } = result(await rig.call(f)) as { folder: string; mode: number };
  assert.equal(mode, 0o700);
  assert.ok(existsSync(`${folder}/a`));
  await rig.host.close(0);
  assert.ok(!existsSync(folder));
});

test(
  "no descriptor of the gateway reaches a function",
  { skip: !linux && "it looks into Linux's /proc" },
  async (t) => {
    const rig = openRig(t);
    const { fds } = result(await rig.call(rig.define(look))) as Seen;
    const files = fds.filter((target) => target.startsWith("/") && !/^\/dev\/|^\/proc\/\d+\/fd$/.test(target));
    assert.deepEqual(files, []);
    const sockets = fds.filter((target) => target.startsWith("socket:"));
    assert.equal(sockets.length, 3, "standard output, standard error and the channel");
  },
);

test(
  "a descriptor that the gateway was started with is found, and replaced by the empty device",
  { skip: !linux && "it looks into Linux's /proc" },
  (t) => {
    const module = new URL("../../../src/functions/host/process/isolation.ts", import.meta.url).href;
    const script = `
    const { inheritedDescriptors, closedStdio } = await import(${JSON.stringify(module)});
    const { spawnSync } = await import("node:child_process");
    const stdio = closedStdio(["ignore", "pipe", "pipe"], inheritedDescriptors());
    const { stdout } = spawnSync("readlink", ["/proc/self/fd/200"], { stdio });
    console.log(JSON.stringify([inheritedDescriptors().includes(200), String(stdout).trim()]));`;
    const secret = openSync(import.meta.filename, "r");
    t.after(() => closeSync(secret));
    const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
      // Far from the first ones, which Node.js looks after by itself.
      stdio: ["ignore", "pipe", "inherit", ...Array.from({ length: 197 }, () => "ignore" as const), secret],
    });
    assert.deepEqual(JSON.parse(String(stdout)), [true, "/dev/null"]);
  },
);

test(
  "started by root, functions run as another user without groups or privileges",
  { skip: (!isRoot || !linux) && "it needs root on Linux" },
  async (t) => {
    const rig = openRig(t);
    const { uid, gid, groups, status, limits } = result(await rig.call(rig.define(look))) as Seen;
    assert.deepEqual([uid, gid, groups.filter((group) => group !== 65_534)], [65_534, 65_534, []]);
    assert.match(status, /^CapEff:\s+0{16}$/m);
    assert.match(status, /^NoNewPrivs:\s+1$/m);
    assert.match(limits, /^Max open files\s+1024\s/m);
    assert.match(limits, /^Max core file size\s+0\s/m);
  },
);

test(
  "code that the functions' user can not reach is copied for it",
  { skip: !isRoot && "it needs root" },
  async (t) => {
    const rig = openRig(t);
    const f = rig.define({
      "index.js": "exports.handler = async () => require('./lib/b.js')",
      "lib/b.js": "module.exports = 1",
    });
    chmodSync(f.codeFolder, 0o700);
    assert.equal(result(await rig.call(f)), 1);
    const watched = { ...f, watched: true, revision: "2" };
    assert.equal(result(await rig.call(watched)), 1);
    writeFileSync(join(f.codeFolder, "lib/b.js"), "module.exports = 2");
    while (result(await rig.call(watched)) !== 2) await new Promise((resolve) => setTimeout(resolve, 5));
  },
);

test("layers are merged, later ones first, and found where the runtimes look", async (t) => {
  const rig = openRig(t);
  const layer = (n: number): string =>
    rig.folder({
      "nodejs/node_modules/both/index.js": `module.exports = ${n}`,
      [`nodejs/node_modules/only${n}/index.js`]: `module.exports = require("both")`,
      [`bin/tool${n}`]: `#!/bin/sh\necho ${n}\n`,
    });
  const code =
    "exports.handler = async () => [require('both'), require('only1'), require('child_process').execFileSync('tool2') + '']";
  const one = rig.define(
    { "index.js": code.replace(", require('child_process').execFileSync('tool2') + ''", "") },
    { layerFolders: [layer(1)] },
  );
  assert.deepEqual(result(await rig.call(one)), [1, 1]);
  const two = rig.define({ "index.js": code }, { layerFolders: [layer(1), layer(2)] });
  assert.deepEqual(result(await rig.call(two)), [2, 2, "2\n"]);
});

test("a runtime that can not run here is refused with what can", async (t) => {
  const rig = openRig(t);
  for (const [members, detail] of [
    [{ runtime: "ruby3.3" }, /^runtime ruby3\.3 can not run here: nodejs\*\.x, python3\.\* and provided\.\* run here$/],
    [{ codeFolder: "/nowhere/at/all" }, /can not be put in place: ENOENT/],
  ] as const) {
    const outcome = await rig.call(rig.define({ "index.js": "" }, members));
    assert.equal(outcome.kind, "unsupported");
    assert.match("detail" in outcome ? outcome.detail : "", detail);
  }
});

test("code without a bootstrap is told as the real service tells it", async (t) => {
  const rig = openRig(t);
  const f = rig.define({ bootstrap: "not executable" }, { runtime: "provided.al2023", handler: "" });
  assert.deepEqual(fault(await rig.call(f, {}, { requestId: "r" })), {
    errorType: "Runtime.InvalidEntrypoint",
    errorMessage: `RequestId: r Error: Couldn't find valid bootstrap(s): [${f.codeFolder}/bootstrap]`,
  });
});

test(
  "runtimes that the functions' user can not reach are copied for it",
  { skip: !isRoot && "it needs root" },
  async (t) => {
    const rig = openRig(t);
    const closed = rig.folder({ node: "#!/bin/sh\necho node\n", "runtimes/node/a.mjs": "" });
    chmodSync(closed, 0o700);
    const installed = { runtimeFolder: join(closed, "runtimes"), nodeProgram: join(closed, "node") };
    const user = { uid: 65_534, gid: 65_534 };
    const target = rig.folder({});
    const placed = await placedRuntimes(installed, target, user);
    assert.deepEqual(placed, { runtimeFolder: join(target, "runtimes"), nodeProgram: join(target, "node") });
    assert.equal(String(spawnSync(placed.nodeProgram, { ...user, cwd: target }).stdout), "node\n");
    assert.ok(existsSync(join(placed.runtimeFolder, "node/a.mjs")));
    assert.deepEqual(await placedRuntimes(placed, rig.folder({}), user), placed);
    assert.deepEqual(await placedRuntimes(installed, target, "own"), installed);
  },
);

test("a bootstrap that is no program is told as the real service tells it", async (t) => {
  const rig = openRig(t);
  const f = rig.define({ bootstrap: "#!/nowhere/interpreter\n" }, { runtime: "provided.al2023", handler: "" });
  const outcome = await rig.call(f);
  assert.equal(outcome.kind, "function-error");
});

test("an event over the limit does not reach a process", async (t) => {
  const rig = openRig(t);
  const outcome = await rig.call(rig.define({ "index.js": "" }), "x".repeat(6_300_000));
  assert.equal(outcome.kind, "function-error");
  assert.deepEqual(rig.lines, []);
});

test("closing leaves nothing behind", async (t) => {
  const folder = openRig(t).folder({});
  const rig = openRig(t, { folder });
  await rig.call(rig.define(look));
  assert.equal(readdirSync(folder).length, 1);
  await rig.host.close(0);
  assert.deepEqual(readdirSync(folder), []);
});
