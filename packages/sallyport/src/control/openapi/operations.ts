/** Import and export, loaded with the first call: most gateways never see one. */
import { type OperationTable, read, write } from "../operation.ts";

/** `prepare` runs before the transaction, which must not wait: by then the module is there. */
const importing = async () => (await import("./import.ts")).importOperations;
const exporting = async () => (await import("./export.ts")).exportOperations;

export const openApiOperations = {
  ImportApi: write<"ImportApi">(
    async (input, call, transaction) => (await importing()).ImportApi.run(input, call, transaction),
    { prepare: async (input, call) => (await importing()).ImportApi.prepare?.(input, call) },
  ),
  ReimportApi: write<"ReimportApi">(
    async (input, call, transaction) => (await importing()).ReimportApi.run(input, call, transaction),
    { prepare: async (input, call) => (await importing()).ReimportApi.prepare?.(input, call) },
  ),
  ExportApi: read<"ExportApi">(async (input, call, reader) => (await exporting()).ExportApi.run(input, call, reader)),
} satisfies OperationTable;
