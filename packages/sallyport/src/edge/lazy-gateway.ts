import type { Exchange } from "../http/exchange.ts";
import type { Gateway } from "./gateway.ts";

/**
 * A gateway that is put together with the first request, or when `warm` says that one will come: the data plane is the
 * larger half of the program, and one that serves nothing yet starts without it.
 */
export function lazyGateway(open: () => Promise<Gateway>, onError: (error: unknown) => void): Gateway {
  let gateway: Gateway | undefined;
  let opening: Promise<Gateway> | undefined;
  const load = async (): Promise<Gateway> => {
    opening ??= open();
    gateway = await opening;
    return gateway;
  };
  const handleLater = async (exchange: Exchange): Promise<void> => {
    try {
      const loaded = await load();
      if (!exchange.aborted) loaded.handle(exchange);
    } catch (error) {
      onError(error);
      exchange.destroy();
    }
  };
  return {
    handle: (exchange) => {
      if (gateway) gateway.handle(exchange);
      else void handleLater(exchange);
    },
    warm: async () => (await load()).warm(),
    close: async () => (await opening)?.close(),
  };
}
