import { BlockList, isIP } from "node:net";

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

/** Whether the address is one of this machine only. `localhost` and names below it count (RFC 6761). */
export function isLoopback(host: string): boolean {
  const family = isIP(host);
  if (family === 4) return loopback.check(host, "ipv4");
  if (family === 6) return host.toLowerCase() === "::1" || isMappedLoopback(host);
  return /^([a-z0-9-]+\.)*localhost\.?$/i.test(host);
}

function isMappedLoopback(host: string): boolean {
  const match = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(host);
  return match?.[1] !== undefined && loopback.check(match[1], "ipv4");
}
