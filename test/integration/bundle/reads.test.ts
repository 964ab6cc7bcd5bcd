/**
 * What is recorded of a file is complete: a parameter that changes its text was read for it, and one that changes the
 * plan was read for that. Each parameter in turn gets another value on all hosts, in several inventories; the model is
 * otherwise the same.
 */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { RenderedHost } from '../../../emitters/host/bundle-types.ts';
import { bundlePath } from '../../../emitters/host/manifest.ts';
import { applyScript } from '../../../emitters/host/apply-script.ts';
import { hostRenderer } from '../../../compiler/build/render-host.ts';
import type { Modelled } from '../../../compiler/build/model.ts';
import { compileFiles } from '../../../compiler/compile.ts';
import { nodeHost } from '../../../compiler/host/host.ts';
import type { Params } from '../../../compiler/model/params.gen.ts';
import { EVERY, readable, type Names } from '../../../compiler/model/reads.ts';
import { Secret } from '../../../compiler/model/secret.ts';
import type { Host, Site } from '../../../compiler/model/site.ts';
import { certificateRequests } from '../../../compiler/pki/requests.ts';
import { parameters, type FieldInfo } from '../../../compiler/schema/table.ts';
import { LocalKey } from '../../../compiler/secrets/local-key.ts';
import { TwinSink } from '../../../compiler/secrets/sinks.ts';
import type { Materials } from '../../../compiler/state/materials.ts';
import '../../package-text.ts';

const SITES: readonly (readonly [file: string, hosts: number])[] = [
  ['fixtures/ok/reference/pigsty.yml', 2],
  ['fixtures/ok/redis/pigsty.yml', 1],
  ['test/mutation/inventories/variety.yml', 2],
];

const sink = new TwinSink(new LocalKey(new Uint8Array(32).fill(7)));

for (const [file, count] of SITES)
  test(`${file}: whatever changes a file was read for it`, async () => {
    const modelled = (await compileFiles(nodeHost(), { files: [file], demo: true, noSecrets: true }).modelled())!;
    const hosts = spread(modelled.site.hosts, count);
    const before = rendered(modelled, modelled.site, hosts);
    const read = new Set(
      [...before.values()].flatMap(({ plan, files }) => [plan, ...files].flatMap((one) => [...one.reads!])),
    );
    const each = [...parameters().values()];
    const others = each.filter(({ camel }) => !read.has(camel));
    let [tried, reaching] = [0, 0];
    for (const infos of [others, ...each.filter(({ camel }) => read.has(camel)).map((info) => [info])]) {
      const changed = withOther(modelled.site, infos);
      const now = changed === undefined ? undefined : rendered(modelled, changed, hosts);
      if (infos === others) assert.is(now?.size, before.size);
      for (const [name, host] of now ?? []) {
        tried++;
        if (assertRead(before.get(name)!, host, infos)) reaching++;
      }
    }
    assert.ok(reaching > 80, `of ${tried} parameters ${reaching} change anything`);
  });

for (const [file, count] of SITES)
  test(`${file}: each file is made by its part of the plan alone`, async () => {
    const modelled = (await compileFiles(nodeHost(), { files: [file], demo: true, noSecrets: true }).modelled())!;
    const renderer = hostRenderer(modelled, materialsOf(modelled));
    for (const name of spread(modelled.site.hosts, count)) {
      const host = modelled.site.hostByName.get(name)!;
      const whole = renderer.render(host)[0]!.host as RenderedHost;
      const places = new Set(whole.files.map(({ place }) => place!));
      assert.ok(places.size > 10);
      for (const place of places) {
        const { files } = renderer.renderParts(host, new Map(), new Set([place]))!.host;
        const wanted = whole.files.filter((one) => one.place === place);
        assert.equal(textsOf(files.filter((one) => one.place === place)), textsOf(wanted), place);
        assert.ok(files.length < whole.files.length);
      }
    }
  });

function textsOf(files: RenderedHost['files']): readonly (readonly [string, string])[] {
  return files.map((file) => [bundlePath(file), file.twin]);
}

/** Whether anything differs. */
function assertRead(before: RenderedHost, now: RenderedHost, infos: readonly FieldInfo[]): boolean {
  const at = before.plan.host.name;
  const name = infos.map(({ camel }) => camel).join();
  const isRead = (reads: Names | undefined): boolean =>
    infos.some(({ camel }) => reads!.has(camel)) || reads!.has(EVERY);
  let differs = applyScript(before.plan) !== applyScript(now.plan) || metadata(before) !== metadata(now);
  if (differs) assert.ok(isRead(before.plan.reads), `${name} changes the plan of ${at} and was not read`);
  const texts = new Map(now.files.map((file) => [bundlePath(file), file.twin]));
  for (const file of before.files) {
    const text = texts.get(bundlePath(file));
    if (text === undefined || text === file.twin) continue;
    differs = true;
    assert.ok(isRead(file.reads), `${name} changes ${file.path} of ${at} and was not read`);
  }
  return differs;
}

function metadata({ files }: RenderedHost): string {
  return JSON.stringify(files.map(({ twin, sealed, reads, ...rest }) => rest));
}

function materialsOf({ site }: Modelled): Materials {
  const entries = certificateRequests(site).map(
    (request) => [request.id, { request, key: '', certificate: '' }] as const,
  );
  return { sinks: { sealed: sink, twin: sink }, pki: { authority: '', entries: new Map(entries) } };
}

/** Without those that the value cannot be written for. */
function rendered(modelled: Modelled, site: Site, names: readonly string[]): ReadonlyMap<string, RenderedHost> {
  const { render } = hostRenderer({ ...modelled, site }, materialsOf(modelled));
  return new Map(
    names.flatMap((name) => {
      const host = attempt(() => render(site.hostByName.get(name)!)[0]?.host as RenderedHost | undefined);
      return host === undefined ? [] : [[name, host]];
    }),
  );
}

/** A value that makes no sense may be one that nothing can be made from. */
function attempt<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

/** So many of them, the first and the last among them. */
function spread(hosts: readonly Host[], count: number): readonly string[] {
  const step = (hosts.length - 1) / Math.max(1, count - 1);
  return [...new Set(Array.from({ length: count }, (_, at) => hosts[Math.round(at * step)]!.name))];
}

/** The site with other values of the parameters on all hosts; undefined where there are no others. */
function withOther(site: Site, infos: readonly FieldInfo[]): Site | undefined {
  let differs = false;
  const copies = new Map<unknown, unknown>();
  const copy = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null || value instanceof Secret || value === site.platform) return value;
    const known = copies.get(value);
    if (known !== undefined) return known;
    if (value instanceof Map) {
      const map = new Map<unknown, unknown>();
      copies.set(value, map);
      for (const [key, one] of value) map.set(key, copy(one));
      return map;
    }
    const made: Record<string, unknown> | unknown[] = Array.isArray(value) ? [] : {};
    copies.set(value, made);
    for (const [key, one] of Object.entries(value))
      (made as Record<string, unknown>)[key] = key === 'params' ? changed(one as Params) : copy(one);
    return made;
  };
  const changed = (params: Params): Params => {
    const own = infos.flatMap((info) => {
      const value = other(params[info.camel as keyof Params], info);
      return value === undefined ? [] : [[info.camel, { value, enumerable: true }] as const];
    });
    if (own.length === 0) return params;
    differs = true;
    return readable(Object.create(params, Object.fromEntries(own)) as Params);
  };
  const made = copy(site) as Site;
  return differs ? made : undefined;
}

function other(value: unknown, { type, enum: values }: FieldInfo): unknown {
  const unlike = values?.find((one) => one !== value);
  if (unlike !== undefined) return unlike;
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'string') return `${value}x`;
  if (value instanceof Secret) return new Secret(value.name, `${value.expose()}x`);
  if (value instanceof Map) return value.size === 0 ? undefined : new Map([...value].slice(1));
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.slice(1);
  if (value !== undefined) return undefined;
  return type === 'bool' ? true : type === 'int' || type === 'port' ? 1234 : type === 'string' ? 'other' : undefined;
}

test.run();
