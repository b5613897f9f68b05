import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, describe, it } from "node:test";
import * as fc from "fast-check";
import { CodeError } from "../../../src/functions/hosted/code/code-error.ts";
import { CodeMissingError, CodeStore } from "../../../src/functions/hosted/code/code-store.ts";
import { localFolder } from "../../../src/functions/hosted/code/local-folder.ts";
import { FILE, FOLDER, LINK, PROGRAM, zip, type ZipItem } from "./zip-writer.ts";

describe("the code store", () => {
  let root: string;
  let store: CodeStore;
  before(() => {
    root = mkdtempSync(join(tmpdir(), "sallyport-code-"));
    store = new CodeStore(root);
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  const archives = (): string[] => readdirSync(join(root, "archives"));

  it("keeps an archive under the hash of its bytes, and unpacks it", async () => {
    const bytes = zip([
      ["index.mjs", "export {}"],
      { name: "bin/", mode: FOLDER },
      { name: "bin/tool", content: "#!/bin/sh", mode: PROGRAM },
      { name: "bin/also", mode: LINK, content: "tool" },
      { name: "./lib//deep/a.txt", content: "a" },
      { name: "suid", content: "s", mode: 0o104_755 },
    ]);
    const reference = await store.put(bytes);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    assert.deepEqual(reference, { Kind: "archive", Sha256: sha256, Size: bytes.length, Files: 5, UnpackedBytes: 24 });
    const folder = await store.folder(reference);
    assert.equal(readFileSync(join(folder, "index.mjs"), "utf8"), "export {}");
    assert.equal(readFileSync(join(folder, "lib/deep/a.txt"), "utf8"), "a");
    assert.equal(readlinkSync(join(folder, "bin/also")), "tool");
    const modes = ["index.mjs", "bin", "bin/tool", "suid"].map((name) => statSync(join(folder, name)).mode & 0o7777);
    assert.deepEqual(modes, [0o644, 0o755, 0o755, 0o755]);
    assert.deepEqual(readFileSync(store.archivePath(reference)), bytes);
  });

  it("keeps the same archive once, however many bring it at a time", async () => {
    const bytes = zip([["same.txt", "same"]]);
    const kept = archives().length;
    const references = await Promise.all([store.put(bytes), store.put(bytes), store.put(bytes)]);
    assert.deepEqual(references[1], references[0]);
    assert.equal(archives().length, kept + 1);
    assert.deepEqual(readdirSync(join(root, "incoming")), []);
  });

  it("tells what an archive would be without keeping it", async () => {
    const bytes = zip([["dry.txt", "dry run"]]);
    const kept = archives().length;
    assert.equal((await store.check(bytes)).UnpackedBytes, 7);
    assert.equal(archives().length, kept);
  });

  it("unpacks again what is not whole any more, after a restart", async () => {
    const reference = await store.put(zip([["torn.txt", "whole"]]));
    const folder = await store.folder(reference);
    writeFileSync(join(folder, "torn.txt"), "");
    const restarted = new CodeStore(root);
    assert.equal(readFileSync(join(await restarted.folder(reference), "torn.txt"), "utf8"), "whole");
    rmSync(folder, { recursive: true });
    assert.equal(readFileSync(join(await new CodeStore(root).folder(reference), "torn.txt"), "utf8"), "whole");
  });

  it("says that code is not on this machine", async () => {
    const absent = { Kind: "archive", Sha256: "0".repeat(64), Size: 1, Files: 1, UnpackedBytes: 1 } as const;
    await assert.rejects(store.folder(absent), CodeMissingError);
  });

  it("removes what nothing refers to, unless it came a moment ago", async () => {
    const [used, unused, fresh] = await Promise.all(
      ["used", "unused", "fresh"].map((name) => store.put(zip([[name, name]]))),
    );
    assert.ok(used && unused && fresh);
    const yesterday = Date.now() / 1000 - 86_400;
    for (const { Sha256 } of [used, unused]) {
      utimesSync(join(root, "archives", `${Sha256}.zip`), yesterday, yesterday);
      utimesSync(join(root, "unpacked", Sha256), yesterday, yesterday);
    }
    assert.equal(await store.collect(new Set([used.Sha256])), 1);
    const left = archives().map((name) => name.replace(".zip", ""));
    assert.deepEqual(
      [used, unused, fresh].map(({ Sha256 }) => left.includes(Sha256)),
      [true, false, true],
    );
    assert.equal(readdirSync(join(root, "unpacked")).includes(unused.Sha256), false);
  });

  const refused: readonly [string, Buffer, RegExp][] = [
    ["nothing", Buffer.alloc(0), /^Uploaded file must be a non-empty zip$/],
    ["an empty archive", zip([]), /^Uploaded file must be a non-empty zip$/],
    ["what is no archive", Buffer.from("no zip at all, but long enough"), /^Could not unzip uploaded file\./],
    ["more than 50 MB", Buffer.alloc(52_428_801), /^Zipped size must be smaller than 52428800 bytes$/],
    [
      "a path that leaves the archive",
      archive({ name: "../../etc/passwd" }),
      /^Could not unzip .*invalid relative path/,
    ],
    ["a path that goes up within", archive({ name: "a/../../b" }), /^Could not unzip .*invalid relative path/],
    ["an absolute path", archive({ name: "/etc/passwd" }), /^Could not unzip .*absolute path/],
    ["a backslash path that leaves", archive({ name: "..\\..\\b" }), /^Could not unzip .*invalid/],
    ["a file named .", archive({ name: ".", content: "x" }), /^Could not unzip .*invalid name/],
    ["a name with NUL", archive({ name: "a\0b" }), /^Could not unzip .*invalid name/],
    ["a name that no file system takes", archive({ name: "x".repeat(256) }), /^Could not unzip .*too long/],
    [
      "a name that is there twice",
      zip([
        ["a", "1"],
        ["a", "2"],
      ]),
      /\(a is there twice\)$/,
    ],
    [
      "a name that is there twice in two spellings",
      zip([
        ["a", "1"],
        ["./a", "2"],
      ]),
      /\(a is there twice\)$/,
    ],
    [
      "a file inside of a file",
      zip([
        ["a", "1"],
        ["a/b", "2"],
      ]),
      /\(a\/b is inside of a, which is a file\)$/,
    ],
    [
      "a file behind a link",
      zip([
        { name: "out", mode: LINK, content: "folder" },
        { name: "out/evil", content: "x" },
      ]),
      /\(out\/evil is inside of out, which is a link\)$/,
    ],
    [
      "a link that leaves the archive",
      archive({ name: "a/l", mode: LINK, content: "../../x" }),
      /the link a\/l leaves/,
    ],
    ["an absolute link", archive({ name: "l", mode: LINK, content: "/etc/passwd" }), /the link l leaves the archive/],
    [
      "a link by way of a link",
      zip([
        { name: "a/deep", mode: LINK, content: "b/c" },
        { name: "l", mode: LINK, content: "a/deep/../../.." },
      ]),
      /the link l points to another link, a\/deep/,
    ],
    [
      "a link that lies about its size",
      archive({ name: "l", mode: LINK, content: "x".repeat(500), claimedBytes: 1 }),
      /^Could not unzip .*l: /,
    ],
    ["a device", archive({ name: "null", mode: 0o020_666 }), /\(null is neither a file, a folder nor a link\)$/],
    ["an encrypted file", archive({ name: "s", encrypted: true }), /\(s is encrypted\)$/],
    ["an unknown compression", archive({ name: "s", method: 99 }), /\(s is compressed with method 99\)$/],
    [
      "a bomb that tells its size",
      archive({ name: "bomb", claimedBytes: 262_144_001 }),
      /^Unzipped size must be smaller than 262144000 bytes$/,
    ],
    [
      "many files that are too much together",
      zip([...Array(3).keys()].map((n) => ({ name: `f${n}`, claimedBytes: 100_000_000 }))),
      /^Unzipped size must be smaller than 262144000 bytes$/,
    ],
    [
      "a bomb that lies about its size",
      archive({ name: "bomb", content: Buffer.alloc(1_000_000), claimedBytes: 10 }),
      /^Could not unzip .*bomb: /,
    ],
    ["a file that is shorter than it says", archive({ name: "s", content: "x", claimedBytes: 10 }), /^Could not unzip/],
  ];
  for (const [what, bytes, message] of refused) {
    it(`refuses ${what}, and leaves nothing behind`, async () => {
      await assert.rejects(store.put(bytes), (error) => {
        assert.ok(error instanceof CodeError, String(error));
        assert.match(error.message, message);
        return true;
      });
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      assert.equal(archives().includes(`${sha256}.zip`), false);
      assert.equal(readdirSync(join(root, "unpacked")).includes(sha256), false);
      assert.deepEqual(readdirSync(join(root, "incoming")), []);
    });
  }

  it("writes nothing outside of its folder, whatever the names and links", async () => {
    const name = fc.array(fc.constantFrom("a", "b", "..", ".", "/", "\\", "c:"), { minLength: 1, maxLength: 8 });
    const item = fc.record({
      name: name.map((parts) => parts.join("")),
      link: fc.boolean(),
      to: name.map((parts) => parts.join("")),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(item, { minLength: 1, maxLength: 6 }), async (items) => {
        const bytes = zip(items.map((each) => ({ name: each.name, content: each.to, mode: each.link ? LINK : FILE })));
        const reference = await store.put(bytes).catch((error: unknown) => {
          if (error instanceof CodeError) return undefined;
          throw error;
        });
        if (!reference) return;
        const folder = await store.folder(reference);
        for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
          const target = resolve(
            entry.parentPath,
            entry.isSymbolicLink() ? readlinkSync(join(entry.parentPath, entry.name)) : "",
          );
          assert.ok(target === folder || target.startsWith(`${folder}/`), `${entry.name} leads to ${target}`);
        }
      }),
      { numRuns: 200 },
    );
    assert.deepEqual(readdirSync(root).toSorted(), ["archives", "incoming", "unpacked"]);
  });

  it("takes no executable bits from hosts that have none", async () => {
    const folder = await store.folder(await store.put(archive({ name: "w.txt", content: "w", mode: FILE, host: 0 })));
    assert.equal(statSync(join(folder, "w.txt")).mode & 0o777, 0o644);
  });
});

function archive(item: ZipItem): Buffer {
  return zip([item]);
}

describe("a folder of this machine", () => {
  it("is named by a file URL", async () => {
    assert.equal(await localFolder(`file://${tmpdir()}`), tmpdir());
  });
  const refused: readonly [string, RegExp][] = [
    ["file:///does/not/exist", /ENOENT/],
    [`file://${import.meta.filename}`, /is no folder/],
    ["file://another-machine/share", /is no file URL of this machine/],
  ];
  for (const [url, message] of refused) {
    it(`is not ${url.split("/").at(-1)}`, async () => {
      await assert.rejects(localFolder(url), (error) => error instanceof CodeError && message.test(error.message));
    });
  }
});
