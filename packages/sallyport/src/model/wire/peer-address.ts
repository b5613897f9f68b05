/** The address of a peer as it is told to others: IPv4 addresses arrive as IPv6 (`::ffff:`) on a dual-stack listener. */
export function plainAddress(address: string): string {
  return address.startsWith("::ffff:") && address.includes(".") ? address.slice(7) : address;
}
