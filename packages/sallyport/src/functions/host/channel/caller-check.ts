/**
 * Who is at the other end of a loopback connection. Any process of this machine can connect to a port on loopback; without
 * this check one function could take another's events and answer for it.
 */
import { readdirSync, readlinkSync } from "node:fs";
import type { Socket } from "node:net";
import { connectionTable, loopbackPlace } from "../process/loopback-connections.ts";
import { processTree } from "../process/process-tree.ts";

/**
 * Whether a process of the tree under `pid` holds the other end. Linux only: elsewhere there is no cheap way to tell, and
 * every local caller is believed (docs/functions.md says so).
 */
export function isFromProcess(socket: Socket, pid: number): boolean {
  if (process.platform !== "linux") return true;
  const { remotePort, localPort } = socket;
  if (remotePort === undefined || localPort === undefined) return false;
  const inode = socketInode(connectionTable(), remotePort, localPort);
  if (inode === undefined) return false;
  return processTree(pid).some((member) => holds(member, `socket:[${inode}]`));
}

/** Inode of the socket on loopback with this local and remote port, in the kernel's table of connections. */
export function socketInode(table: string, localPort: number, remotePort: number): string | undefined {
  const wanted = `${loopbackPlace(localPort)} ${loopbackPlace(remotePort)} `;
  const at = table.indexOf(wanted);
  if (at < 0) return undefined;
  // After the addresses: state, queues, timer, retransmits, uid, timeout, inode.
  return table
    .slice(at + wanted.length)
    .trimStart()
    .split(/\s+/, 7)[6];
}

function holds(pid: number, target: string): boolean {
  const folder = `/proc/${pid}/fd`;
  try {
    return readdirSync(folder).some((fd) => linkOf(`${folder}/${fd}`) === target);
  } catch {
    // The process has ended, or is not ours to look into: it does not vouch for the connection.
    return false;
  }
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    // A descriptor that was closed meanwhile.
    return undefined;
  }
}
