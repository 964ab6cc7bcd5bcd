/** A thread that renders hosts beside the main one: it makes the same model from what that one has read. */
import type { Modelled } from './model.ts';
import { nodeHost, type Host as System } from '../host/host.ts';
import { replayed } from '../host/replay.ts';
import type { Host } from '../model/site.ts';
import { programFile } from '../package/package-files.ts';
import { hostFiles } from '../phases/9-bundle/bundle-files.ts';
import { pathFaults } from '../phases/9-bundle/paths.ts';
import { Staging } from '../phases/9-bundle/staging.ts';
import { KeptSalts } from '../secrets/kept-salts.ts';
import { readLocalKey } from '../secrets/local-key.ts';
import { SealedSink, TwinSink } from '../secrets/sinks.ts';
import { hostRenderer, type Renderer } from './render-host.ts';
import { claim, SHARED, type Said, type SideData, type SideTask } from './side-task.ts';

/** Makes the model of a request. */
export type MakeModel = (system: System, task: SideTask) => Promise<Modelled | undefined>;

/** Takes hosts until none is left. Whatever goes wrong, the main thread renders what this one has not. */
export async function serve({ task, thread, shared, port }: SideData, model: MakeModel): Promise<void> {
  const say = (word: Said): void => {
    port.postMessage(word);
    Atomics.add(shared, SHARED.said, 1);
    Atomics.notify(shared, SHARED.said);
  };
  try {
    const system = nodeHost();
    const made = await rendererOf(system, task, model);
    if (made === undefined) return;
    const staging = new Staging(system, task.directory, thread);
    for (let at = claim(shared); at < task.groups.length; at = claim(shared))
      for (const name of task.groups[at]!) say(stagedHost(made.render, made.hostOf(name), staging) ?? { left: name });
  } catch {
    // The main thread goes on alone.
  } finally {
    say({ ended: true });
  }
}

async function rendererOf(
  system: System,
  task: SideTask,
  model: MakeModel,
): Promise<{ readonly render: Renderer['render']; readonly hostOf: (name: string) => Host } | undefined> {
  if (programFile() !== task.program) return undefined;
  const { path } = task.key;
  const [found] = readLocalKey(system, { key: path, demoKey: path });
  if (found?.key.id !== task.key.id) return undefined;
  const replay = replayed(system, task.readings);
  const modelled = await model(task.tables === undefined ? replay : { ...replay, tables: task.tables }, task);
  if (modelled === undefined) return undefined;
  const site = { ...modelled.site, topology: task.topology };
  const salts = new KeptSalts(JSON.parse(task.salts) as KeptSalts['texts']);
  const sinks = { sealed: new SealedSink(found.key, salts), twin: new TwinSink(found.key) };
  const renderer = hostRenderer({ ...modelled, site }, { sinks, pki: task.pki });
  return { render: renderer.render, hostOf: (name) => site.hostByName.get(name)! };
}

/** Undefined when there is something to say about the host. */
function stagedHost(render: Renderer['render'], host: Host, staging: Staging): Said | undefined {
  const [rendered, found] = render(host);
  if (rendered === undefined || found.length > 0 || pathFaults(rendered.host).length > 0) return undefined;
  const { host: made, whole, reads, places } = rendered;
  const { files, manifest } = hostFiles(made);
  for (const file of files) staging.put(file);
  return { manifest, staged: staging.handOver(), whole, reads, places };
}
