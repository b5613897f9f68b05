import { once } from "node:events";
import { connect } from "node:net";
import type { EdgeAddress } from "../../src/edge/http-edge.ts";

/** Sends bytes as they are and reads until the listener ends the connection. */
export async function exchangeRaw(address: EdgeAddress, bytes: string): Promise<string> {
  const socket = connect(address);
  socket.setEncoding("latin1");
  socket.write(bytes, "latin1");
  let answer = "";
  socket.on("data", (chunk) => (answer += chunk));
  await once(socket, "close");
  return answer;
}

/** The status and body of a raw answer. */
export function partsOf(answer: string): { readonly status: number; readonly head: string; readonly body: string } {
  const end = answer.indexOf("\r\n\r\n");
  return { status: Number(answer.slice(9, 12)), head: answer.slice(0, end).toLowerCase(), body: answer.slice(end + 4) };
}
