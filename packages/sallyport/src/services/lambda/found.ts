/** Fetches what a call names, or fails with the real service's 404. */
import type { Document, Reader } from "../../ledger/ledger.ts";
import type {
  FunctionAliasDocument,
  FunctionDocument,
  FunctionVersionDocument,
} from "../../model/function-documents.ts";
import { keys } from "../../model/keys.ts";
import { functionArn } from "../../functions/hosted/function-resolver.ts";
import { faults } from "./faults.ts";
import { arnOf, type NamedFunction } from "./function-name.ts";

export const isVersionNumber = (qualifier: string): boolean => /^\d+$/.test(qualifier);

export const found = {
  async function(reader: Reader, named: NamedFunction): Promise<Document<FunctionDocument>> {
    const document = await reader.get<FunctionDocument>(keys.function(named, named.name));
    if (!document) throw faults.function(arnOf(named));
    return document;
  },
  /** `$LATEST`, a version, or the version that an alias points to. */
  async version(
    reader: Reader,
    { Latest }: FunctionDocument,
    named: NamedFunction,
    qualifier: string | undefined = named.qualifier,
  ): Promise<FunctionVersionDocument> {
    if (qualifier === undefined || qualifier === "$LATEST") return Latest;
    if (!isVersionNumber(qualifier)) {
      const alias = await reader.get<FunctionAliasDocument>(keys.functionAlias(named, named.name, qualifier));
      if (!alias) throw faults.function(arnOf({ ...named, qualifier }));
      return found.version(reader, { Latest } as FunctionDocument, named, alias.value.FunctionVersion);
    }
    const document = await reader.get<FunctionVersionDocument>(keys.functionVersion(named, named.name, qualifier));
    if (!document) throw faults.function(arnOf({ ...named, qualifier }));
    return document.value;
  },
  async alias(reader: Reader, named: NamedFunction, alias: string): Promise<Document<FunctionAliasDocument>> {
    const document = await reader.get<FunctionAliasDocument>(keys.functionAlias(named, named.name, alias));
    if (!document) throw faults.alias(functionArn(named, named.name, alias));
    return document;
  },
};
