/** moto's server, a widely used emulator of AWS in Python, as the peer to measure against. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { programPath } from "../packages/sallyport/test/clients/programs.ts";

const READY_DEADLINE_MS = 60_000;

export interface Moto {
  /** `HOST:PORT` */
  readonly authority: string;
  stop(): Promise<void>;
}

/** undefined where `moto_server` is not in PATH. */
export async function startMoto(): Promise<Moto | undefined> {
  const program = programPath("moto_server");
  if (!program) return undefined;
  const child = spawn(program, ["-H", "127.0.0.1", "-p", "0"], { stdio: ["ignore", "ignore", "pipe"] });
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  const exited = once(child, "exit");
  const authority = await new Promise<string>((resolve, reject) => {
    let said = "";
    const late = setTimeout(() => reject(new Error(`moto_server was not ready:\n${said}`)), READY_DEADLINE_MS);
    // It goes on to write a line for each request, which must be read or it stands still.
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      if (said.length < 10_000) said += text;
      const match = /Running on http:\/\/(127\.0\.0\.1:\d+)/.exec(said);
      if (!match) return;
      clearTimeout(late);
      resolve(match[1] ?? "");
    });
    void exited.then(() => reject(new Error(`moto_server ended:\n${said}`)));
  });
  return {
    authority,
    stop: async () => {
      kill();
      await exited;
      process.off("exit", kill);
    },
  };
}
