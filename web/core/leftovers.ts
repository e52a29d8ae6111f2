/** What a visit leaves in this browser, and how all of it goes. */
import { openCache } from "./cache";
import { wipeDatabases } from "./database";
import { wipeDrafts } from "./drafts";
import type { Environment } from "./environment";
import { openKey } from "./opennumber";
import type { Outbox } from "./outbox";

/** Numbers that are no longer the workspace's: what was read and typed there goes, and what waits to be sent. */
export async function wipeNumbers(
  environment: Environment,
  workspace_id: string,
  ids: readonly string[],
  outbox: Outbox | null,
): Promise<void> {
  const { keep, databases, clock } = environment;
  await Promise.allSettled(ids.map((id) => keep.remove(openKey(id))));
  await wipeDrafts(keep, workspace_id, ids);
  await Promise.all(ids.map((id) => outbox?.forget(id)));
  await Promise.all(ids.map((id) => openCache(databases, clock, workspace_id, id).wipe()));
}

/** Everything that belongs to a workspace, of numbers of earlier visits, too. */
export async function wipeWorkspace(
  environment: Environment,
  workspace_id: string,
  ids: readonly string[],
): Promise<void> {
  const { keep, databases, clock } = environment;
  await Promise.allSettled(ids.map((id) => keep.remove(openKey(id))));
  await wipeDrafts(keep, workspace_id, ids);
  await wipeDatabases(databases, clock, workspace_id, ids);
}
